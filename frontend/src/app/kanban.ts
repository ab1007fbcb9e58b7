import { give } from "./giving.ts";

let dragged: HTMLElement | undefined;

function columnOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest?.<HTMLElement>("[data-kanban] .kanban-column") ?? null;
}

/** Gives the record of a card the value of a column. */
async function move(card: HTMLElement, column: HTMLElement): Promise<void> {
  if (columnOf(card) !== column) await give(card, column.dataset.value ?? "");
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
