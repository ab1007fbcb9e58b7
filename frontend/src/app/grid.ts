import { layBlock, readBlock, writeBlock } from "./block.ts";
import { edit, isCard, type Onward } from "./cell.ts";
import { registerKeys } from "./keys.ts";
import { label } from "./labels.ts";
import { type Line, paste } from "./paste.ts";
import { reveal, rowsOf, shownRows } from "./rows.ts";
import { postUndo, toast } from "./toast.ts";

interface Place {
  row: number;
  column: number;
}
interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-15, 0],
  PageDown: [15, 0],
};
const ONWARD: Readonly<Record<Onward, readonly [number, number]>> = {
  down: [1, 0],
  right: [0, 1],
  left: [0, -1],
};

/** Where the cursor stands, and the other corner of what is chosen. */
let cursor: Place = { row: 0, column: 0 };
let anchor: Place = cursor;
const undoable: string[] = [];

function gridOf(target: EventTarget | null): HTMLTableElement | null {
  return (target as Element | null)?.closest?.<HTMLTableElement>("table[data-grid]") ?? null;
}

/** The first column of values: a box to select the row by may stand before it. */
function firstColumn(grid: HTMLTableElement): number {
  return grid.tHead?.rows[0]?.cells[0]?.classList.contains("col-check") ? 1 : 0;
}

function width(grid: HTMLTableElement): number {
  return grid.tHead?.rows[0]?.cells.length ?? 0;
}

function cellAt(grid: HTMLTableElement, place: Place): HTMLTableCellElement | undefined {
  return rowsOf(grid)[place.row]?.cells[place.column];
}

function placeOf(cell: HTMLTableCellElement): Place {
  const grid = gridOf(cell);
  const row = cell.parentElement as HTMLTableRowElement;
  return { row: grid ? rowsOf(grid).indexOf(row) : 0, column: cell.cellIndex };
}

function chosen(): Range {
  return {
    top: Math.min(cursor.row, anchor.row),
    bottom: Math.max(cursor.row, anchor.row),
    left: Math.min(cursor.column, anchor.column),
    right: Math.max(cursor.column, anchor.column),
  };
}

/** Moves the cursor; `extend` leaves the other corner of the choice where it is. */
function moveTo(grid: HTMLTableElement, place: Place, extend = false): void {
  const last = rowsOf(grid).length - 1;
  cursor = {
    row: Math.max(0, Math.min(last, place.row)),
    column: Math.max(firstColumn(grid), Math.min(width(grid) - 1, place.column)),
  };
  if (!extend) anchor = cursor;
  reveal(grid, cursor.row);
  const cell = cellAt(grid, cursor);
  prepare(grid);
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function step(grid: HTMLTableElement, by: readonly [number, number], extend = false): void {
  moveTo(grid, { row: cursor.row + by[0], column: cursor.column + by[1] }, extend);
}

/** One cell of the grid is reached by Tab, the one with the cursor; what is chosen says so. */
function prepare(grid: HTMLTableElement): void {
  const range = chosen();
  const many = range.top !== range.bottom || range.left !== range.right;
  const shown = shownRows(grid);
  for (const [place, row] of shown.rows.entries()) {
    const y = shown.from + place;
    for (const cell of row.cells) {
      if (!cell.classList.contains("col-check")) {
        paint(
          cell,
          y === cursor.row && cell.cellIndex === cursor.column,
          many && holds(range, y, cell.cellIndex),
        );
      }
    }
  }
}

function holds(range: Range, row: number, column: number): boolean {
  return row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

function paint(cell: HTMLTableCellElement, hasCursor: boolean, isChosen: boolean): void {
  cell.tabIndex = hasCursor ? 0 : -1;
  cell.classList.toggle("is-chosen", isChosen);
  if (isChosen) cell.setAttribute("aria-selected", "true");
  else cell.removeAttribute("aria-selected");
  if (!cell.dataset.editUrl) cell.setAttribute("aria-readonly", "true");
}

function prepareAll(): void {
  for (const grid of document.querySelectorAll<HTMLTableElement>("table[data-grid]")) {
    const last = rowsOf(grid).length - 1;
    cursor = { row: Math.min(cursor.row, Math.max(0, last)), column: cursor.column || firstColumn(grid) };
    if (anchor.row > last) anchor = cursor;
    prepare(grid);
  }
}

function start(grid: HTMLTableElement, cell: HTMLTableCellElement, afresh: boolean): void {
  if (!cell.dataset.editUrl) return;
  edit(cell, afresh, (way) => step(grid, ONWARD[way]));
}

/** Does what a key means on a cell that is not being edited; true when it meant something. */
function onKey(event: KeyboardEvent, grid: HTMLTableElement, cell: HTMLTableCellElement): boolean {
  if (event.altKey) return false;
  const command = event.ctrlKey || event.metaKey;
  const by = STEPS[event.key];
  if (by) step(grid, command ? [by[0] * 10_000, by[1] * 10_000] : by, event.shiftKey);
  else if (event.key === "Home") moveTo(grid, { row: command ? 0 : cursor.row, column: 0 }, event.shiftKey);
  else if (event.key === "End") moveTo(grid, lastOf(grid, command), event.shiftKey);
  else return !command && onPlainKey(event, grid, cell);
  return true;
}

/** The end of the row with the cursor, or of the whole list. */
function lastOf(grid: HTMLTableElement, whole: boolean): Place {
  return { row: whole ? rowsOf(grid).length : cursor.row, column: width(grid) };
}

function onPlainKey(event: KeyboardEvent, grid: HTMLTableElement, cell: HTMLTableCellElement): boolean {
  if (event.key === "Enter" || event.key === "F2") {
    if (cell.dataset.editUrl) start(grid, cell, false);
    else cell.querySelector<HTMLElement>(".cell-title")?.click();
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    void write(grid, [[""]]);
    return true;
  }
  if (event.key === "Escape") {
    moveTo(grid, cursor);
    return true;
  }
  // What is typed goes into the field that opens now: also the first sign of a Chinese or Korean word.
  if (isTyped(event)) start(grid, cell, true);
  return false;
}

function isTyped(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return (event.key.length === 1 && event.key !== " ") || event.key === "Process";
}

/** The text of a cell for a spreadsheet: plain where it can be pasted back, as shown where it is masked or fixed. */
function textOf(cell: HTMLTableCellElement): string {
  const { editUrl, kind = "", value } = cell.dataset;
  if (editUrl && value !== undefined && kind !== "select") return value;
  return cell.classList.contains("is-empty") && !value ? "" : (cell.textContent ?? "").trim();
}

function copied(grid: HTMLTableElement): string {
  const range = chosen();
  const lines = rowsOf(grid).slice(range.top, range.bottom + 1);
  return writeBlock(lines.map((row) => [...row.cells].slice(range.left, range.right + 1).map(textOf)));
}

/** Writes a block from the upper left corner of what is chosen; what finds no place there stays at hand. */
async function write(grid: HTMLTableElement, block: string[][]): Promise<void> {
  const range = chosen();
  const place = { rows: rowsOf(grid).length - range.top, columns: width(grid) - range.left };
  const fitted = layBlock(block, place, {
    rows: range.bottom - range.top + 1,
    columns: range.right - range.left + 1,
  });
  const heads = [...(grid.tHead?.rows[0]?.cells ?? [])];
  const names = (fitted.block[0] ?? []).map((_text, x) => heads[range.left + x]?.dataset.field ?? "");
  const lines: Line[] = fitted.block.map((texts, y) => ({ row: rowsOf(grid)[range.top + y], texts }) as Line);
  const undo = await paste(grid, names, lines, { rows: fitted.below.length, columns: fitted.beside });
  if (undo) undoable.push(undo);
  prepare(grid);
  if (fitted.below.length > 0) offer(writeBlock(fitted.below), fitted.below.length);
}

/** Nothing of a block is lost: what did not fit can be taken along again. */
function offer(text: string, count: number): void {
  const run = (): void => void navigator.clipboard.writeText(text);
  toast({
    message: label("leftOver", { count }),
    milliseconds: 60_000,
    actions: [{ label: label("copyRest"), run }],
  });
}

function onCell(event: Event): [HTMLTableElement, HTMLTableCellElement] | undefined {
  const grid = gridOf(event.target);
  const cell = event.target as HTMLTableCellElement;
  return grid && cell.matches("tbody td") ? [grid, cell] : undefined;
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const cell = target.closest<HTMLTableCellElement>("table[data-grid] tbody td");
  const grid = gridOf(cell);
  if (!cell || !grid || isCard(cell) || target.closest("a, button, input, select, textarea")) return;
  if (!cell.dataset.editUrl && !event.shiftKey) return;
  moveTo(grid, placeOf(cell), event.shiftKey);
  if (event.shiftKey) event.stopPropagation();
  else start(grid, cell, false);
}

function onClipboard(event: ClipboardEvent): void {
  const found = onCell(event);
  if (!found) return;
  event.preventDefault();
  if (event.type === "copy") event.clipboardData?.setData("text/plain", copied(found[0]));
  else void write(found[0], readBlock(event.clipboardData?.getData("text/plain") ?? ""));
}

function onUndo(event: KeyboardEvent): boolean {
  const wanted = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey;
  const address = wanted ? undoable.pop() : undefined;
  if (address) void postUndo(address);
  return address !== undefined;
}

/** Makes `table[data-grid]` a spreadsheet: arrows, typing, blocks by the clipboard, Ctrl+Z for what was written last. */
export function watchGrid(): void {
  const withGrid = (): boolean => document.querySelector("[data-grid] [data-edit-url]") !== null;
  registerKeys(
    { keys: ["↑", "↓", "←", "→"], label: "keyCells", when: withGrid },
    { keys: ["Ctrl", "C"], label: "keyCopy", when: withGrid },
    { keys: ["Ctrl", "V"], label: "keyPaste", when: withGrid },
    { keys: ["Ctrl", "Z"], label: "undo", when: withGrid },
  );
  prepareAll();
  document.addEventListener("htmx:afterSettle", prepareAll);
  document.addEventListener("guanxi:swapped", prepareAll);
  document.addEventListener("guanxi:rows", (event) => prepare(event.target as HTMLTableElement));
  document.addEventListener("guanxi:toast", (event) => {
    const { undoUrl } = (event as CustomEvent<{ undoUrl?: string }>).detail;
    if (undoUrl) undoable.push(undoUrl);
  });
  document.addEventListener("click", onClick, true);
  document.addEventListener("copy", onClipboard);
  document.addEventListener("paste", onClipboard);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("keydown", onKeyDown, true);
}

/** The cursor is where the focus is, however it came there. */
function onFocus(event: Event): void {
  const found = onCell(event);
  if (!found) return;
  const at = placeOf(found[1]);
  if (at.row === cursor.row && at.column === cursor.column) return;
  cursor = at;
  anchor = at;
  prepare(found[0]);
}

/** The cell with the cursor when it was scrolled out of the page: a key brings it back. */
function onScrolledAway(event: Event): [HTMLTableElement, HTMLTableCellElement] | undefined {
  const wrap = event.target as HTMLElement;
  const grid = wrap.matches?.("[data-rows-next]")
    ? wrap.querySelector<HTMLTableElement>("table[data-grid]")
    : null;
  const cell = grid ? cellAt(grid, cursor) : undefined;
  if (!grid || !cell || isAlone(event as KeyboardEvent)) return undefined;
  moveTo(grid, cursor, true);
  return [grid, cell];
}

/** Shift, Ctrl and the like alone are no key yet. */
function isAlone(event: KeyboardEvent): boolean {
  return ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key);
}

/** Before anything else hears of a key: on a cell it belongs to the cell. */
function onKeyDown(event: KeyboardEvent): void {
  const found = event.isComposing ? undefined : (onCell(event) ?? onScrolledAway(event));
  if (!found) return;
  if (onUndo(event) || onKey(event, ...found)) event.preventDefault();
  else if (!isTyped(event) || !found[1].dataset.editUrl) return;
  event.stopPropagation();
}
