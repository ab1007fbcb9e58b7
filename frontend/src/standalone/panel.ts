import { fill } from "../app/labels.ts";
import type { Language } from "../basemap/decode.ts";
import { element, tierChip } from "../map/info.ts";
import type { Candidate, Customer, MapDocument } from "./data.ts";
import { LANGUAGE_NAMES, type TextName, type Texts } from "./texts.ts";

const SHOWN_AT_MOST = 200;
// Tabler's icons "contrast" and "printer" (MIT), as paths.
const THEME_SIGN = "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0 -18M12 3v18M12 8l6 0M12 12l9 0M12 16l6 0";
const PRINT_SIGN =
  "M17 17h2a2 2 0 0 0 2 -2v-4a2 2 0 0 0 -2 -2h-14a2 2 0 0 0 -2 2v4a2 2 0 0 0 2 2h2M17 9v-4a2 2 0 0 0 -2 -2h-6a2 2 0 0 0 -2 2v4M7 13h10v8h-10z";

/** What the panel asks of the page. */
export interface PanelEvents {
  search: (words: string) => void;
  toggleTier: (position: number) => void;
  open: (customer: Customer) => void;
  openCandidate: (customer: Customer, candidate: Candidate) => void;
  language: (language: Language) => void;
  theme: () => void;
}

type Say = (name: TextName, values?: Record<string, string | number>) => string;

function drawing(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** The panel beside the map: search, legend, list, and what has to be reviewed. Text nodes only. */
export class Panel {
  readonly root = element("aside", "side");
  private readonly list = element("ul", "rows");
  private readonly legend = element("div", "legend");
  private readonly summary = element("p", "summary");
  private readonly tabs = element("div", "tabs");
  private showsReview = false;
  private found: readonly Customer[] = [];
  private texts: Texts;

  constructor(
    private readonly document: MapDocument,
    private readonly review: readonly Customer[],
    private readonly events: PanelEvents,
    texts: Texts,
    private readonly language: Language,
  ) {
    this.texts = texts;
    this.root.append(
      this.head(),
      this.search(),
      this.legend,
      this.tabs,
      this.list,
      element("p", "sources", texts.sources),
    );
  }

  private readonly say: Say = (name, values = {}) => fill(this.texts[name], values);

  private head(): HTMLElement {
    const head = element("header", "head");
    const tools = element("div", "tools");
    const choice = element("select");
    choice.setAttribute("aria-label", this.say("language"));
    for (const [code, name] of Object.entries(LANGUAGE_NAMES))
      choice.add(new Option(name, code, false, code === this.language));
    choice.addEventListener("change", () => this.events.language(choice.value as Language));
    tools.append(
      choice,
      this.tool(THEME_SIGN, this.say("theme"), this.events.theme),
      this.tool(PRINT_SIGN, this.say("print"), () => window.print()),
    );
    const below = element("div", "below");
    below.append(this.summary, tools);
    head.append(element("h1", "", this.document.title), below);
    return head;
  }

  private tool(sign: string, name: string, run: () => void): HTMLButtonElement {
    const button = element("button", "tool");
    button.append(drawing(sign));
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", run);
    return button;
  }

  private search(): HTMLElement {
    const field = element("input", "search");
    field.type = "search";
    field.placeholder = this.say("search");
    field.setAttribute("aria-label", this.say("search"));
    let timer = 0;
    field.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => this.events.search(field.value), 200);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.focus();
    });
    return field;
  }

  /** Draws the legend: how many of each tier fit the search, and which are switched off. */
  drawLegend(counts: ReadonlyMap<number, number>, hidden: ReadonlySet<number>): void {
    const known = [...this.document.tiers, { position: 0, name: "–", label: this.say("tierNone") }];
    const buttons = known
      .filter(({ position }) => position > 0 || counts.has(0))
      .map(({ position, name, label }) =>
        this.legendButton(position, name, label, counts.get(position) ?? 0, hidden),
      );
    this.legend.hidden = this.document.tiers.length === 0;
    this.legend.replaceChildren(...buttons);
  }

  private legendButton(
    position: number,
    name: string,
    label: string,
    count: number,
    hidden: ReadonlySet<number>,
  ): HTMLElement {
    const button = element("button", "legend-tier");
    button.type = "button";
    button.setAttribute("aria-pressed", String(!hidden.has(position)));
    button.append(tierChip(position, name));
    if (label && label !== name) button.append(element("span", "legend-name", label));
    button.append(element("span", "num", count.toLocaleString(this.language)));
    button.addEventListener("click", () => this.events.toggleTier(position));
    return button;
  }

  /** Shows the customers that fit, the first two hundred of them. */
  show(found: readonly Customer[], placed: number): void {
    this.found = found;
    this.summary.textContent = this.say("placed", {
      placed: placed.toLocaleString(this.language),
      count: this.document.count.toLocaleString(this.language),
    });
    this.drawTabs();
    this.drawList();
  }

  private drawTabs(): void {
    const all = this.tab(this.say("all"), this.found.length, false);
    const review = this.tab(this.say("review"), this.review.length, true);
    this.tabs.replaceChildren(all, ...(this.review.length > 0 ? [review] : []));
  }

  private tab(name: string, count: number, review: boolean): HTMLElement {
    const button = element("button", "tab", name);
    button.type = "button";
    button.setAttribute("aria-pressed", String(this.showsReview === review));
    button.append(element("span", review ? "count due" : "count", count.toLocaleString(this.language)));
    button.addEventListener("click", () => {
      this.showsReview = review;
      this.drawTabs();
      this.drawList();
    });
    return button;
  }

  private drawList(): void {
    const wanted = this.showsReview ? this.review : this.found;
    const lines = wanted
      .slice(0, SHOWN_AT_MOST)
      .map((customer) => (this.showsReview ? this.reviewLine(customer) : this.line(customer)));
    if (wanted.length > SHOWN_AT_MOST) {
      lines.push(
        element(
          "li",
          "more",
          this.say("more", { count: (wanted.length - SHOWN_AT_MOST).toLocaleString(this.language) }),
        ),
      );
    }
    if (wanted.length === 0) lines.push(element("li", "more", this.say("noMatch")));
    this.list.replaceChildren(...lines);
  }

  private line(customer: Customer): HTMLLIElement {
    const line = element("li");
    const button = element("button", "row");
    button.type = "button";
    const words = element("span", "words");
    words.append(
      element("b", "", customer.name || this.say("row", { row: customer.row })),
      element("small", "", customer.address),
    );
    button.append(words);
    if (customer.tier > 0) button.append(tierChip(customer.tier, this.tierName(customer.tier)));
    button.addEventListener("click", () => this.events.open(customer));
    line.append(button);
    return line;
  }

  private tierName(position: number): string {
    return this.document.tiers.find((tier) => tier.position === position)?.name ?? String(position);
  }

  private reviewLine(customer: Customer): HTMLLIElement {
    const line = this.line(customer);
    const note = element("div", "review");
    note.append(element("span", "chip", this.say("row", { row: customer.row })));
    note.append(
      element("span", "", customer.candidates.length > 0 ? this.say("candidates") : this.reason(customer)),
    );
    for (const candidate of customer.candidates) {
      const button = element(
        "button",
        "candidate",
        candidate.matched || `${candidate.latitude}, ${candidate.longitude}`,
      );
      button.type = "button";
      button.addEventListener("click", () => this.events.openCandidate(customer, candidate));
      note.append(button);
    }
    line.append(note);
    return line;
  }

  private reason(customer: Customer): string {
    return customer.longitude === null ? this.say("unplaced") : this.say("review");
  }
}
