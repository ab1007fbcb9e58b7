import { csrfToken } from "./exchange.ts";
import { registerKeys } from "./keys.ts";

const NARROWEST = 48;
const WIDEST = 900;
const KEY_STEP = 16;
const DRAG_BEGINS = 6;

/** `names` with `name` put before or behind `other`; the first stays the first. */
export function reordered(names: readonly string[], name: string, other: string, behind: boolean): string[] {
  if (name === other || name === names[0]) return [...names];
  const rest = names.filter((each) => each !== name);
  const at = rest.indexOf(other) + (behind ? 1 : 0);
  rest.splice(Math.max(1, at), 0, name);
  return rest;
}

/** The nearest width that a column may have, in whole CSS pixels. */
export function bounded(width: number): number {
  return Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
}

function grids(): HTMLTableElement[] {
  return [...document.querySelectorAll<HTMLTableElement>("table[data-columns-url]")];
}

function heads(grid: HTMLTableElement): HTMLTableCellElement[] {
  return [...grid.querySelectorAll<HTMLTableCellElement>("thead th[data-field]")];
}

function names(grid: HTMLTableElement): string[] {
  return heads(grid).map((head) => head.dataset.field ?? "");
}

function columnOf(grid: HTMLTableElement, name: string): HTMLTableColElement | null {
  return grid.querySelector<HTMLTableColElement>(`col[data-field="${CSS.escape(name)}"]`);
}

/** Holds every column at the width it is seen with: from then on a narrower one leaves room instead of giving it away. */
function holdWidths(grid: HTMLTableElement): void {
  if (grid.classList.contains("is-sized")) return;
  for (const head of heads(grid)) {
    const column = columnOf(grid, head.dataset.field ?? "");
    if (column) column.width = String(Math.round(head.getBoundingClientRect().width));
  }
  grid.classList.add("is-sized");
}

function setWidth(name: string, width: number): void {
  for (const grid of grids()) {
    holdWidths(grid);
    const column = columnOf(grid, name);
    if (column) column.width = String(bounded(width));
    const all = [...grid.querySelectorAll<HTMLTableColElement>("col")];
    grid.setAttribute("width", String(all.reduce((sum, each) => sum + Number(each.width), 0)));
  }
}

function widthOf(head: HTMLTableCellElement): number {
  return head.getBoundingClientRect().width;
}

async function keep(grid: HTMLTableElement, change: Record<string, unknown>): Promise<void> {
  await fetch(grid.dataset.columnsUrl ?? "", {
    method: "POST",
    keepalive: true,
    body: JSON.stringify({ view: grid.dataset.view ?? "", ...change }),
    headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" },
  }).catch(() => undefined);
}

let waiting = 0;
function keepWidths(grid: HTMLTableElement): void {
  window.clearTimeout(waiting);
  const pairs = [...grid.querySelectorAll<HTMLTableColElement>("col[data-field]")];
  const widths = Object.fromEntries(pairs.map((each) => [each.dataset.field, Number(each.width)]));
  waiting = window.setTimeout(() => void keep(grid, { widths }), 300);
}

/** As wide as what stands in the column now, its head included. */
function fitContent(grid: HTMLTableElement, head: HTMLTableCellElement): void {
  const cells = [...grid.rows].flatMap((row) => row.cells[head.cellIndex] ?? []);
  const range = document.createRange();
  const needed = cells.map((cell) => {
    range.selectNodeContents(cell === head ? (head.firstElementChild ?? head) : cell);
    const style = getComputedStyle(cell);
    const around = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
    return range.getBoundingClientRect().width + around + 2;
  });
  setWidth(head.dataset.field ?? "", Math.max(...needed));
  keepWidths(grid);
}

function beginSizing(event: PointerEvent, grid: HTMLTableElement, head: HTMLTableCellElement): void {
  event.preventDefault();
  const edge = event.target as HTMLElement;
  const from = { x: event.clientX, width: widthOf(head) };
  edge.setPointerCapture(event.pointerId);
  head.classList.add("is-sizing");
  const move = (to: PointerEvent): void =>
    setWidth(head.dataset.field ?? "", from.width + to.clientX - from.x);
  const end = (): void => {
    head.classList.remove("is-sizing");
    edge.removeEventListener("pointermove", move);
    keepWidths(grid);
  };
  edge.addEventListener("pointermove", move);
  edge.addEventListener("lostpointercapture", end, { once: true });
}

/** The list with its columns in this order: kept, then drawn again by the server. */
async function arrange(grid: HTMLTableElement, columns: string[]): Promise<void> {
  if (columns.join() === names(grid).join()) return;
  await keep(grid, { columns });
  const address = new URL(window.location.href);
  address.searchParams.set("columns", columns.join(","));
  window.location.replace(address);
}

interface Target {
  head: HTMLTableCellElement;
  behind: boolean;
}

function targetAt(grid: HTMLTableElement, x: number): Target | undefined {
  for (const head of heads(grid)) {
    const box = head.getBoundingClientRect();
    if (x >= box.left && x < box.right) return { head, behind: x > box.left + box.width / 2 };
  }
  return undefined;
}

function mark(grid: HTMLTableElement, target?: Target): void {
  for (const head of heads(grid)) {
    head.classList.toggle("is-before", head === target?.head && !target.behind);
    head.classList.toggle("is-behind", head === target?.head && target.behind);
  }
}

function beginMoving(event: PointerEvent, grid: HTMLTableElement, head: HTMLTableCellElement): void {
  let target: Target | undefined;
  let moved = false;
  const stop = new AbortController();
  const { signal } = stop;
  const move = (to: PointerEvent): void => {
    moved ||= Math.abs(to.clientX - event.clientX) > DRAG_BEGINS;
    if (!moved) return;
    head.classList.add("is-moving");
    target = targetAt(grid, to.clientX);
    mark(grid, target);
  };
  const end = (): void => {
    stop.abort();
    head.classList.remove("is-moving");
    mark(grid);
    if (!moved) return;
    // The click that ends a drag is no wish to sort.
    const swallow = (click: Event): void => click.preventDefault();
    head.addEventListener("click", swallow, { once: true, capture: true });
    window.setTimeout(() => head.removeEventListener("click", swallow, { capture: true }));
    const name = head.dataset.field ?? "";
    if (target) {
      void arrange(grid, reordered(names(grid), name, target.head.dataset.field ?? "", target.behind));
    }
  };
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", end, { signal });
  document.addEventListener("pointercancel", () => stop.abort(), { signal });
}

function headOf(event: Event): [HTMLTableElement, HTMLTableCellElement] | undefined {
  const head = (event.target as Element | null)?.closest?.<HTMLTableCellElement>("th[data-field]");
  const grid = head?.closest<HTMLTableElement>("table[data-columns-url]");
  return head && grid ? [grid, head] : undefined;
}

function onPointerDown(event: PointerEvent): void {
  const found = headOf(event);
  // A finger scrolls.
  if (!found || event.button !== 0 || event.pointerType === "touch") return;
  const onEdge = (event.target as Element).matches("[data-col-edge]");
  (onEdge ? beginSizing : beginMoving)(event, ...found);
}

/** Shift with an arrow widens, Alt and Shift with an arrow moves the column whose head has the focus. */
function onKeyDown(event: KeyboardEvent): void {
  const found = headOf(event);
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!found || !by || !event.shiftKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [grid, head] = found;
  if (!event.altKey) {
    setWidth(head.dataset.field ?? "", widthOf(head) + by * KEY_STEP);
    keepWidths(grid);
    return;
  }
  const all = names(grid);
  const other = all[all.indexOf(head.dataset.field ?? "") + by];
  if (other) void arrange(grid, reordered(all, head.dataset.field ?? "", other, by > 0));
}

function onMenu(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const [grid] = grids();
  if (!form.matches("[data-columns-menu]") || !grid) return;
  const chosen = new FormData(form).getAll("columns").map(String);
  void keep(grid, { columns: chosen });
}

/** Columns of `table[data-columns-url]`: drawn wider at the edge of their heads, moved by their heads, kept at once. */
export function watchColumns(): void {
  const when = (): boolean => grids().length > 0;
  registerKeys(
    { keys: ["Shift", "←", "→"], label: "keyWiden", when },
    { keys: ["Alt", "Shift", "←", "→"], label: "keyMoveColumn", when },
  );
  document.addEventListener("pointerdown", onPointerDown);
  document.addEventListener("dragstart", (event) => {
    if (headOf(event)) event.preventDefault();
  });
  document.addEventListener("dblclick", (event) => {
    const found = headOf(event);
    if (found && (event.target as Element).matches("[data-col-edge]")) fitContent(...found);
  });
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("submit", onMenu);
}
