import { csrfToken, problemText } from "./exchange.ts";
import { label } from "./labels.ts";
import { rowsOf } from "./rows.ts";
import { toast } from "./toast.ts";

/** A row of the list and the texts it is to get. */
export interface Line {
  row: HTMLTableRowElement;
  texts: string[];
}
interface DrawnRow {
  id: number;
  version: number;
  title: string;
  cells: string[];
}
interface RefusedCell {
  record_id: number;
  name: string;
  text: string;
  reason: string;
  is_stale: boolean;
  current: string;
}
interface Answer {
  message: string;
  undoUrl: string;
  rows: DrawnRow[];
  refused: RefusedCell[];
}

/** Sends a block in one request and shows what came of it; resolves to the address of its undo, "" when there is none. */
export async function paste(
  grid: HTMLTableElement,
  names: string[],
  lines: Line[],
  leftOut: { rows: number; columns: number },
): Promise<string> {
  const rows = lines.map(({ row, texts }) => ({
    id: Number(row.dataset.record),
    version: Number(row.dataset.rowVersion),
    texts,
  }));
  grid.setAttribute("aria-busy", "true");
  const sent = await fetch(grid.dataset.pasteUrl ?? "", {
    method: "POST",
    body: JSON.stringify({ names, rows, columns: grid.dataset.columns ?? "", left_out: leftOut }),
    headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" },
  }).catch(() => undefined);
  grid.removeAttribute("aria-busy");
  if (!sent?.ok) {
    const why = sent ? (problemText(await sent.text()) ?? label("failed")) : label("offline");
    toast({ message: why, kind: "bad" });
    return "";
  }
  const answer = (await sent.json()) as Answer;
  for (const drawn of answer.rows) redraw(grid, drawn);
  for (const cell of answer.refused) mark(grid, cell);
  const { undoUrl, message } = answer;
  toast({
    message,
    ...(answer.refused.length > 0 ? { kind: "bad" as const } : {}),
    ...(undoUrl ? { undoUrl } : {}),
  });
  offerMine(grid, answer.refused);
  return undoUrl;
}

function rowOf(grid: HTMLTableElement, id: number): HTMLTableRowElement | null {
  return rowsOf(grid).find((row) => row.dataset.record === String(id)) ?? null;
}

/** Puts the row as it stands now in place of what was shown; the cursor stays. */
function redraw(grid: HTMLTableElement, drawn: DrawnRow): void {
  const row = rowOf(grid, drawn.id);
  if (!row) return;
  const title = row.querySelector<HTMLElement>(".cell-title");
  if (title) title.textContent = drawn.title;
  row.dataset.rowVersion = String(drawn.version);
  const first = row.cells.length - drawn.cells.length;
  for (const [place, html] of drawn.cells.entries()) {
    const old = row.cells[first + place];
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild as HTMLElement | null;
    if (!old || !fresh) continue;
    const focused = document.activeElement === old;
    if (fresh.textContent !== old.textContent) fresh.classList.add("is-saved");
    old.replaceWith(fresh);
    if (focused) {
      fresh.tabIndex = 0;
      fresh.focus({ preventScroll: true });
    }
  }
}

function cellOf(grid: HTMLTableElement, cell: RefusedCell): HTMLTableCellElement | undefined {
  const heads = [...(grid.tHead?.rows[0]?.cells ?? [])];
  const column = heads.findIndex((head) => head.dataset.field === cell.name);
  return rowOf(grid, cell.record_id)?.cells[column];
}

/** Says on a cell why it was not written, what was to be written and what stands there. */
function mark(grid: HTMLTableElement, refused: RefusedCell): void {
  const cell = cellOf(grid, refused);
  if (!cell) return;
  const why = label("refused", {
    reason: refused.reason,
    text: refused.text || "–",
    current: refused.current || "–",
  });
  cell.classList.add(refused.is_stale ? "is-stale" : "is-wrong");
  cell.title = why;
  cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-description", why);
}

/** Of cells that somebody else has changed, both values are at hand: theirs stand in the list, one's own can be kept. */
function offerMine(grid: HTMLTableElement, refused: RefusedCell[]): void {
  const stale = refused.filter((cell) => cell.is_stale);
  if (stale.length === 0) return;
  const names = [...new Set(stale.map((cell) => cell.name))];
  const ids = [...new Set(stale.map((cell) => cell.record_id))];
  const lines = ids.flatMap((id) => {
    const row = rowOf(grid, id);
    const texts = names.map(
      (name) => stale.find((cell) => cell.record_id === id && cell.name === name)?.text ?? "",
    );
    return row ? [{ row, texts }] : [];
  });
  const [first] = stale;
  toast({
    message: label("stale", { current: first?.current || "–" }),
    kind: "bad",
    milliseconds: 60_000,
    actions: [
      { label: label("keepTheirs"), run: () => undefined },
      {
        label: `${label("overwrite")}: ${first?.text ?? ""}${stale.length > 1 ? " …" : ""}`,
        run: () => void paste(grid, names, lines, { rows: 0, columns: 0 }),
      },
    ],
  });
}
