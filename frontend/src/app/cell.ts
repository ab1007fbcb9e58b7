import { csrfToken, problemText } from "./exchange.ts";
import { label } from "./labels.ts";
import { toast } from "./toast.ts";

/** Answer of the server to a stale edit (412). */
interface StaleProblem {
  current?: { value?: string; text?: string; version?: string | number };
}

/** Where to go on after a cell was saved: the next row, the next or the previous column. */
export type Onward = "down" | "right" | "left";

/**
 * Starts editing `cell` where it stands: a field appears, Enter saves, Escape leaves, Tab saves and goes on.
 * `afresh` begins with an empty field; `onward` is told when Enter or Tab asks for the next cell.
 */
export function edit(cell: HTMLElement, afresh = false, onward?: (way: Onward) => void): void {
  if (cell.classList.contains("is-editing") || cell.classList.contains("is-saving")) return;
  const before = [...cell.childNodes];
  const field = fieldFor(cell);
  cell.classList.add("is-editing");
  cell.replaceChildren(field);
  field.focus();
  if (afresh && !(field instanceof HTMLSelectElement)) field.value = "";
  else if (field instanceof HTMLInputElement && field.type !== "date") field.select();
  let finished = false;
  const finish = (save: boolean): void => {
    if (finished) return;
    finished = true;
    cell.classList.remove("is-editing");
    cell.replaceChildren(...before);
    if (save && field.value !== (cell.dataset.value ?? "")) void send(cell, field.value);
  };
  field.addEventListener("keydown", (event) => {
    const way = wayOut(event as KeyboardEvent, onward !== undefined);
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    finish(way !== "leave");
    if (way === "leave" || !onward) cell.focus();
    else onward(way);
  });
  field.addEventListener("blur", () => finish(true));
}

/** What a key in the field of a cell asks for, or undefined when it belongs to the field. */
function wayOut(event: KeyboardEvent, isGrid: boolean): Onward | "leave" | undefined {
  if (event.isComposing || isNewLine(event)) return undefined;
  if (event.key === "Escape") return "leave";
  if (event.key === "Enter") return "down";
  if (event.key !== "Tab" || !isGrid) return undefined;
  return event.shiftKey ? "left" : "right";
}

/** True for Enter in a field of several lines; with Ctrl or Meta it saves there too. */
function isNewLine(event: KeyboardEvent): boolean {
  return (
    event.key === "Enter" && event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey
  );
}

/** The input for a cell by `data-kind`: text (default), long, number, date, tel, email, or select with `data-options`. */
export function fieldFor(cell: HTMLElement): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  const { kind = "text", value = "" } = cell.dataset;
  if (kind === "select") return choices(optionsOf(cell), value);
  if (kind === "long") return lines(cell.dataset.label ?? "", value);
  const field = document.createElement("input");
  field.type = kind === "number" ? "text" : kind;
  if (kind === "number") field.inputMode = "decimal";
  field.value = value;
  field.setAttribute("aria-label", cell.dataset.label ?? "");
  return field;
}

/** What a cell offers, as JSON: its own, or in a table those of its column's head. */
function optionsOf(cell: HTMLElement): string {
  if (cell.dataset.options) return cell.dataset.options;
  const head = cell.closest("table")?.tHead?.rows[0];
  return head?.cells[(cell as HTMLTableCellElement).cellIndex]?.dataset.options ?? "[]";
}

function lines(name: string, value: string): HTMLTextAreaElement {
  const field = document.createElement("textarea");
  field.value = value;
  field.setAttribute("aria-label", name);
  return field;
}

function choices(source: string, chosen: string): HTMLSelectElement {
  const field = document.createElement("select");
  for (const [value, text] of JSON.parse(source) as [string, string][]) {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    option.selected = value === chosen;
    field.append(option);
  }
  return field;
}

async function send(cell: HTMLElement, value: string): Promise<void> {
  const { editUrl, version = "" } = cell.dataset;
  if (!editUrl) return;
  cell.classList.remove("is-stale", "is-wrong");
  cell.classList.add("is-saving");
  const answer = await fetch(editUrl, {
    method: "POST",
    body: new URLSearchParams({ value }),
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", "If-Match": `"${version}"` },
  }).catch(() => undefined);
  cell.classList.remove("is-saving");
  if (!answer) refuse(cell, label("offline"));
  else if (answer.ok) accept(cell, await answer.text(), answer.headers.get("HX-Trigger"));
  else if (answer.status === 412) offerChoice(cell, value, (await answer.json()) as StaleProblem);
  else refuse(cell, problemText(await answer.text()) ?? label("failed"));
}

/** Puts the server's new cell in place and carries the record's new version to its other cells. */
function accept(cell: HTMLElement, html: string, trigger: string | null): void {
  const record = cell.closest("[data-record]");
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild as HTMLElement | null;
  if (!fresh) return;
  const focused = document.activeElement === cell;
  cell.replaceWith(fresh);
  if (focused) fresh.focus();
  document.dispatchEvent(new CustomEvent("guanxi:swapped", { detail: fresh }));
  fresh.classList.add("is-saved");
  if (fresh.dataset.version && record instanceof HTMLTableRowElement) {
    record.dataset.rowVersion = fresh.dataset.version;
  }
  for (const other of record?.querySelectorAll<HTMLElement>("[data-version]") ?? []) {
    if (fresh.dataset.version) other.dataset.version = fresh.dataset.version;
  }
  announce(trigger);
}

function announce(trigger: string | null): void {
  if (!trigger?.startsWith("{")) return;
  for (const [name, detail] of Object.entries(JSON.parse(trigger) as Record<string, unknown>)) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function refuse(cell: HTMLElement, message: string): void {
  cell.classList.add("is-wrong");
  toast({ message, kind: "bad" });
}

function offerChoice(cell: HTMLElement, mine: string, problem: StaleProblem): void {
  const current = problem.current ?? {};
  cell.classList.add("is-stale");
  toast({
    message: label("stale", { current: current.text ?? current.value ?? "" }),
    kind: "bad",
    milliseconds: 60_000,
    actions: [
      { label: label("keepTheirs"), run: () => window.location.reload() },
      {
        label: `${label("overwrite")}: ${asShown(cell, mine)}`,
        run: () => overwrite(cell, mine, String(current.version ?? "")),
      },
    ],
  });
}

/** A typed or chosen value as a person reads it, cut where it is long. */
function asShown(cell: HTMLElement, value: string): string {
  const options = JSON.parse(optionsOf(cell)) as [string, string][];
  const text = options.find(([known]) => known === value)?.[1] ?? (value || "–");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function overwrite(cell: HTMLElement, mine: string, version: string): void {
  cell.dataset.version = version;
  void send(cell, mine);
}

/** On a phone the rows of a list are cards, and a tap opens the record. */
export function isCard(cell: HTMLElement): boolean {
  return cell.closest(".records-cards") !== null && window.matchMedia("(max-width: 860px)").matches;
}

/** Makes `.cell-edit[data-edit-url]` editable by click, Enter or F2; the cells of a `[data-grid]` look after themselves. */
export function watchCells(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const cell = target.closest<HTMLElement>(".cell-edit[data-edit-url]");
    if (!cell || cell.closest("[data-grid]") || target.closest("a, button, input, select")) return;
    edit(cell);
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target as HTMLElement;
    if ((event.key !== "Enter" && event.key !== "F2") || !cell.matches?.(".cell-edit[data-edit-url]")) return;
    if (cell.closest("[data-grid]")) return;
    event.preventDefault();
    edit(cell);
  });
}
