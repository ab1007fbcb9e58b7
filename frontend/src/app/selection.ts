import { label } from "./labels.ts";
import { isHeld, rowsOf } from "./rows.ts";

/** The positions between two clicks, both included, in whichever order they were made. */
export function span(from: number, to: number): number[] {
  const low = Math.min(from, to);
  return Array.from({ length: Math.abs(to - from) + 1 }, (_unused, index) => low + index);
}

let last: HTMLInputElement | undefined;

/** The boxes of a table or of the whole page, those of rows that are scrolled out of it included. */
function boxes(within: ParentNode): HTMLInputElement[] {
  const grids =
    within instanceof HTMLTableElement ? [within] : [...document.querySelectorAll<HTMLTableElement>("table")];
  const long = grids.filter(isHeld);
  const places: ParentNode[] = long.length > 0 ? long.flatMap(rowsOf) : [within];
  return places.flatMap((place) => [...place.querySelectorAll<HTMLInputElement>("input[data-select-row]")]);
}

function paint(): void {
  const all = boxes(document);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  for (const head of document.querySelectorAll<HTMLInputElement>("input[data-select-all]")) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  for (const bar of document.querySelectorAll<HTMLElement>("[data-bulk-bar]")) {
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = label("selected", { count: chosen.length });
  }
}

function chooseSpan(box: HTMLInputElement): void {
  const all = boxes(box.closest("table") ?? document);
  const from = last ? all.indexOf(last) : -1;
  if (from === -1) return;
  for (const index of span(from, all.indexOf(box))) {
    const between = all[index];
    if (between) between.checked = box.checked;
  }
}

function chooseRow(box: HTMLInputElement, extend: boolean): void {
  if (extend) chooseSpan(box);
  last = box;
}

function chooseAll(within: ParentNode, chosen: boolean): void {
  for (const box of boxes(within)) box.checked = chosen;
}

/**
 * Rows chosen by `input[data-select-row]` (shift for a span) and `input[data-select-all]`; `[data-bulk-bar]` appears.
 * Give the boxes `name` and `form`, then the form of the bar sends them without any script.
 */
export function watchSelection(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const box = target instanceof HTMLInputElement ? target : undefined;
    if (box?.matches("[data-select-row]")) chooseRow(box, (event as MouseEvent).shiftKey);
    else if (box?.matches("[data-select-all]")) chooseAll(box.closest("table") ?? document, box.checked);
    else if (target.closest("[data-select-none]")) chooseAll(document, false);
    else return;
    paint();
  });
  document.addEventListener("htmx:afterSwap", paint);
}
