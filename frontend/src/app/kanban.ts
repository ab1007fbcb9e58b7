import htmx from "htmx.org";
import { csrfToken, problemText } from "./exchange.ts";
import { label } from "./labels.ts";
import { toast } from "./toast.ts";

let dragged: HTMLElement | undefined;

function columnOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest?.<HTMLElement>("[data-kanban] .kanban-column") ?? null;
}

/** Gives the record the value of a column: an edit like any other, with its undo; then the board is drawn again. */
async function move(card: HTMLElement, column: HTMLElement): Promise<void> {
  if (columnOf(card) === column || !card.dataset.moveUrl) return;
  card.classList.add("is-moving");
  const answer = await fetch(card.dataset.moveUrl, {
    method: "POST",
    body: new URLSearchParams({ value: column.dataset.value ?? "" }),
    headers: { "X-CSRFToken": csrfToken(), "If-Match": `"${card.dataset.version ?? ""}"` },
  }).catch(() => undefined);
  card.classList.remove("is-moving");
  if (answer?.ok) tell(answer.headers.get("HX-Trigger"));
  else toast({ message: answer ? await reason(answer) : label("offline"), kind: "bad" });
  const where = window.location.pathname + window.location.search;
  await htmx.ajax("get", where, { target: "#list", swap: "outerHTML" });
  document.querySelector<HTMLElement>(`[data-move-url="${card.dataset.moveUrl}"]`)?.focus();
}

async function reason(answer: Response): Promise<string> {
  const body = await answer.text();
  if (answer.status !== 412) return problemText(body) ?? label("failed");
  const { current } = JSON.parse(body) as { current?: { text?: string } };
  return label("stale", { current: current?.text ?? "" });
}

function tell(trigger: string | null): void {
  const detail = (JSON.parse(trigger ?? "{}") as Record<string, unknown>)["guanxi:toast"];
  if (detail) document.dispatchEvent(new CustomEvent("guanxi:toast", { detail }));
}

const BESIDE: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** The card above or below; where a column ends, the same one. */
function walk(card: HTMLElement, by: number): void {
  const cards = [...(columnOf(card)?.querySelectorAll<HTMLElement>(".kanban-card[data-move-url]") ?? [])];
  (cards[cards.indexOf(card) + by] ?? card).focus();
}

function onKey(event: KeyboardEvent): void {
  const card = (event.target as Element).closest<HTMLElement>(".kanban-card[data-move-url]");
  if (!card || card !== event.target) return;
  const by = event.shiftKey ? undefined : BESIDE[event.key];
  if (by) {
    event.preventDefault();
    walk(card, by);
  }
  if (event.key === "Enter") card.querySelector<HTMLElement>(".cell-title")?.click();
  if (!event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  const column = columnOf(card);
  const next = event.key === "ArrowLeft" ? column?.previousElementSibling : column?.nextElementSibling;
  event.preventDefault();
  if (next instanceof HTMLElement) void move(card, next);
}

/** Lets cards of `[data-kanban]` move from column to column, by dragging or by Shift and an arrow. */
export function watchKanban(): void {
  document.addEventListener("dragstart", (event) => {
    dragged = (event.target as Element).closest?.<HTMLElement>(".kanban-card[data-move-url]") ?? undefined;
    if (dragged) event.dataTransfer?.setData("text/plain", dragged.textContent?.trim() ?? "");
  });
  document.addEventListener("dragover", (event) => {
    const column = dragged && columnOf(event.target);
    for (const other of document.querySelectorAll(".kanban-column.is-over")) {
      other.classList.toggle("is-over", other === column);
    }
    if (!column) return;
    column.classList.add("is-over");
    event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const column = columnOf(event.target);
    if (!dragged || !column) return;
    event.preventDefault();
    void move(dragged, column);
  });
  document.addEventListener("dragend", () => {
    dragged = undefined;
    document.querySelector(".kanban-column.is-over")?.classList.remove("is-over");
  });
  document.addEventListener("keydown", onKey);
}
