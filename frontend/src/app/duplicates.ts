import { registerKeys } from "./keys.ts";

/** What a key means among doubles: a button of the page, the next or former pair, another line, a side to choose. */
export type DoubleKey =
  | { kind: "press"; name: string }
  | { kind: "pair"; by: 1 | -1 }
  | { kind: "line"; by: 1 | -1 }
  | { kind: "choose"; number: number };

const PAIRS: Readonly<Record<string, 1 | -1>> = { j: 1, s: 1, k: -1, ArrowRight: 1, ArrowLeft: -1 };
const LINES: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };
const BUTTONS = new Set(["m", "n", "u"]);

/** Reads a key; undefined when it means nothing here, or somebody is typing. */
export function doubleKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">,
  typing: boolean,
): DoubleKey | undefined {
  if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const { key } = event;
  const pair = PAIRS[key];
  if (pair) return { kind: "pair", by: pair };
  const line = LINES[key];
  if (line) return { kind: "line", by: line };
  if (BUTTONS.has(key)) return { kind: "press", name: key };
  return /^[1-9]$/.test(key) ? { kind: "choose", number: Number(key) } : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return Boolean(
    (target as Element | null)?.closest?.("input:not([type=radio]), textarea, select, dialog[open]"),
  );
}

function there(selector: string): () => boolean {
  return () => document.querySelector(`[data-doubles] ${selector}`) !== null;
}

function press(found: HTMLElement | null | undefined): boolean {
  if (!found || (found as HTMLButtonElement).disabled) return false;
  found.click();
  return true;
}

/** Goes to the pair beside the present one; behind the last one, to the next page. */
function goToPair(page: Element, by: 1 | -1): boolean {
  const pairs = [...page.querySelectorAll<HTMLElement>("[data-pair]")];
  const at = pairs.findIndex((pair) => pair.getAttribute("aria-current") === "true");
  return press(
    pairs[at + by] ?? page.querySelector<HTMLElement>(by === 1 ? "[data-pairs-next]" : "[data-pairs-first]"),
  );
}

function lines(page: Element): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>("tr[data-choice]")];
}

function goToLine(page: Element, by: 1 | -1): boolean {
  const all = lines(page);
  const at = all.findIndex((line) => line.classList.contains("is-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  for (const line of all) line.classList.toggle("is-current", line === next);
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

function choose(page: Element, number: number): boolean {
  const all = lines(page);
  const line = all.find((one) => one.classList.contains("is-current")) ?? all[0];
  const side = line?.querySelector<HTMLInputElement>(`input[type=radio][data-number="${number}"]`);
  if (!side || side.disabled) return false;
  side.checked = true;
  return true;
}

function act(page: Element, wish: DoubleKey): boolean {
  if (wish.kind === "press")
    return press(page.querySelector<HTMLElement>(`[data-double-key="${wish.name}"]`));
  if (wish.kind === "pair") return goToPair(page, wish.by);
  return wish.kind === "line" ? goToLine(page, wish.by) : choose(page, wish.number);
}

/**
 * Doubles by keyboard alone, on a page with `[data-doubles]`: j, k, s and the arrows go through the pairs and their
 * lines, digits choose whose value stays, m, n and u press the button that has that key as `data-double-key`.
 */
export function watchDoubles(): void {
  registerKeys(
    { keys: ["j", "k"], label: "keyPairs", when: there("[data-pair]") },
    { keys: ["↑", "↓"], label: "keyLines", when: there("tr[data-choice]") },
    { keys: ["1", "2"], label: "keyChoose", when: there("tr[data-choice]") },
    { keys: ["m"], label: "keyMerge", when: there('[data-double-key="m"]') },
    { keys: ["n"], label: "keyApart", when: there('[data-double-key="n"]') },
    { keys: ["s"], label: "keySkip", when: there("[data-pair]") },
    { keys: ["u"], label: "keyTakeBack", when: there('[data-double-key="u"]') },
  );
  document.addEventListener("keydown", (event) => {
    const page = document.querySelector("[data-doubles]");
    const wish = page && doubleKey(event, isTyping(event.target));
    if (wish && act(page, wish)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const line = (event.target as Element).closest<HTMLElement>("[data-doubles] tr[data-choice]");
    const page = line?.closest("[data-doubles]");
    if (line && page) for (const one of lines(page)) one.classList.toggle("is-current", one === line);
  });
}
