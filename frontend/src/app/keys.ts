import { type LabelName, label } from "./labels.ts";

/** A key of a page: what is pressed, what it does in words, and whether it means anything where the page stands now. */
export interface Key {
  /** As shown and, for one key alone, as `KeyboardEvent.key` says it. */
  readonly keys: readonly string[];
  readonly label: LabelName;
  readonly when?: () => boolean;
}

const known: Key[] = [];

/** Adds keys to those that `?` shows; a part of the page that listens to keys tells of them here. */
export function registerKeys(...keys: readonly Key[]): void {
  known.push(...keys);
}

/** The keys that mean something on the page as it stands. */
export function keysOfPage(): Key[] {
  return known.filter((key) => key.when?.() ?? true);
}

/** Fills a list of definitions with the keys of the page. */
export function drawKeys(list: Element): void {
  list.replaceChildren(...keysOfPage().flatMap((key) => [presses(key), meaning(key)]));
}

function presses(key: Key): HTMLElement {
  const term = document.createElement("dt");
  for (const press of key.keys) {
    const part = document.createElement("kbd");
    part.textContent = press;
    if (term.hasChildNodes()) term.append(" ");
    term.append(part);
  }
  return term;
}

function meaning(key: Key): HTMLElement {
  const text = document.createElement("dd");
  text.textContent = label(key.label);
  return text;
}
