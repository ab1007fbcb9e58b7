/** A field in which a condition is written: what may follow is offered below, what is wrong is said beneath. */

import { stepTo } from "./picker.ts";

interface Offer {
  insert: string;
  label: string;
  kind: string;
}
interface Answer {
  start: number;
  items: Offer[];
  fault: { position: number; sentence: string } | null;
}

const DELAY = 120;
const AROUND = 16;

/** The text with what stands from `start` to `cursor` replaced by an offer, and where the cursor goes. */
export function completed(
  text: string,
  start: number,
  cursor: number,
  insert: string,
): { text: string; cursor: number } {
  const rest = text.slice(cursor);
  const gap = insert.endsWith("(") || /^[\s),]/.test(rest) ? "" : " ";
  const head = text.slice(0, start) + insert + gap;
  return { text: head + rest, cursor: head.length };
}

/** A fault's place: what stands before it, the word it is about, and what follows; each short enough for a line. */
export function excerpt(text: string, position: number): [before: string, word: string, after: string] {
  const word = /^\S+/.exec(text.slice(position))?.[0].slice(0, AROUND) ?? "";
  const end = position + word.length;
  const before = text.slice(Math.max(0, position - AROUND), position);
  const after = text.slice(end, end + AROUND);
  return [(position > AROUND ? "…" : "") + before, word, after + (end + AROUND < text.length ? "…" : "")];
}

class ConditionField {
  private readonly input: HTMLTextAreaElement;
  private readonly list: HTMLElement;
  private readonly fault: HTMLElement;
  private answer: Answer = { start: 0, items: [], fault: null };
  private chosen = -1;
  private timer = 0;
  private asked = 0;
  private wanted = false;

  constructor(private readonly box: HTMLElement) {
    this.input = box.querySelector("textarea") as HTMLTextAreaElement;
    this.list = box.querySelector("[role=listbox]") as HTMLElement;
    this.fault = box.querySelector(".condition-fault") as HTMLElement;
    this.input.addEventListener("input", () => this.offer());
    this.input.addEventListener("click", () => this.offer());
    // A text that is merely shown is not covered with offers, nor what stands below it.
    this.input.addEventListener("focus", () => this.offer(this.isEmpty()));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    // Before the field loses the focus, which would close the list.
    this.list.addEventListener("pointerdown", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      event.preventDefault();
      if (option) this.take(Number(option.dataset.place));
    });
    // Who types at once, before this field was ready, is answered too.
    const typed = this.input.value !== this.input.defaultValue;
    if (document.activeElement === this.input) this.offer(typed || this.isEmpty());
  }

  private isEmpty(): boolean {
    return this.input.value.trim() === "";
  }

  private offer(wanted = true): void {
    this.wanted = wanted;
    this.soon();
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), DELAY);
  }

  private async ask(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const query = new URLSearchParams({
      where: this.input.value,
      at: String(this.input.selectionStart),
    });
    const response = await fetch(`${this.box.dataset.condition}?${query}`).catch(() => null);
    if (!response?.ok || mine !== this.asked) return;
    this.answer = (await response.json()) as Answer;
    if (mine === this.asked) this.draw();
  }

  private draw(): void {
    const open = this.wanted && this.answer.items.length > 0 && document.activeElement === this.input;
    this.list.replaceChildren(...this.answer.items.map((offer, place) => this.option(offer, place)));
    this.choose(-1);
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.drawFault();
  }

  private option(offer: Offer, place: number): HTMLElement {
    const option = document.createElement("div");
    option.className = `condition-offer is-${offer.kind}`;
    option.id = `${this.list.id}-${place}`;
    option.dataset.place = String(place);
    option.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = offer.label;
    option.append(label);
    if (offer.insert !== offer.label) {
      const written = document.createElement("code");
      written.textContent = offer.insert;
      option.append(written);
    }
    return option;
  }

  /** Nothing is said while the end is still being written. */
  private drawFault(): void {
    const { fault } = this.answer;
    const text = this.input.value;
    const early = !fault || text.trim() === "" || fault.position >= text.trimEnd().length;
    this.fault.hidden = early;
    if (early || !fault) return;
    const [before, word, after] = excerpt(text, fault.position);
    const place = document.createElement("code");
    const mark = document.createElement("mark");
    mark.textContent = word;
    place.append(before, mark, after);
    this.fault.replaceChildren(place, ` ${fault.sentence}`);
  }

  private choose(place: number): void {
    this.chosen = place;
    for (const option of this.list.children) {
      option.setAttribute("aria-selected", String(option === this.list.children[place]));
    }
    const option = this.list.children[place];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) void this.ask();
    else if (this.list.hidden) return;
    else if (event.key === "ArrowDown") this.choose(stepTo(this.chosen, 1, this.answer.items.length));
    else if (event.key === "ArrowUp") this.choose(stepTo(this.chosen, -1, this.answer.items.length));
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.chosen >= 0) this.take(this.chosen);
    else if (event.key === "Tab" && !event.shiftKey && this.chosen >= 0) this.take(this.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(place: number): void {
    const offer = this.answer.items[place];
    if (!offer) return;
    const done = completed(this.input.value, this.answer.start, this.input.selectionStart, offer.insert);
    this.input.value = done.text;
    this.input.setSelectionRange(done.cursor, done.cursor);
    // Others, such as a live preview, listen for what is typed.
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.focus();
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }
}

const known = new WeakSet<Element>();

function begin(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-condition]")) {
    if (known.has(box)) continue;
    known.add(box);
    new ConditionField(box);
  }
}

/** Completes conditions in every `[data-condition]`, those that come later too. */
export function watchConditions(): void {
  begin(document);
  document.addEventListener("htmx:load", (event) => {
    const loaded = event.target as Element;
    begin(loaded.parentElement ?? loaded);
  });
}
