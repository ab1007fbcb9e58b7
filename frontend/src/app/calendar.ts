import { give } from "./giving.ts";

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
};
let dragged: HTMLElement | undefined;

function dayOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest?.<HTMLElement>("[data-calendar] [data-day]") ?? null;
}

function entryOf(target: EventTarget | null): HTMLElement | undefined {
  return (target as Element | null)?.closest?.<HTMLElement>(".calendar-entry[data-move-url]") ?? undefined;
}

/** The day so many days from another, both as 2026-11-23. */
export function dayBeside(day: string, by: number): string {
  const found = new Date(`${day}T00:00:00Z`);
  found.setUTCDate(found.getUTCDate() + by);
  return found.toISOString().slice(0, 10);
}

/** Puts an entry on another day; its time of day stays. */
async function put(entry: HTMLElement, day: string): Promise<void> {
  const time = entry.dataset.time;
  if (dayOf(entry)?.dataset.day !== day) await give(entry, time ? `${day}T${time}` : day);
}

function onKey(event: KeyboardEvent): void {
  const entry = entryOf(event.target);
  const by = event.shiftKey ? STEPS[event.key] : undefined;
  const day = dayOf(entry ?? null)?.dataset.day;
  if (!(entry && by && day)) return;
  event.preventDefault();
  void put(entry, dayBeside(day, by));
}

/** Lets entries of `[data-calendar]` move from day to day, by dragging or by Shift and an arrow. */
export function watchCalendar(): void {
  document.addEventListener("dragstart", (event) => {
    dragged = entryOf(event.target);
    if (dragged) event.dataTransfer?.setData("text/plain", dragged.textContent?.trim() ?? "");
  });
  document.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event.target);
    for (const other of document.querySelectorAll(".calendar-day.is-over")) {
      other.classList.toggle("is-over", other === day);
    }
    if (!day) return;
    day.classList.add("is-over");
    event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const day = dayOf(event.target)?.dataset.day;
    if (!(dragged && day)) return;
    event.preventDefault();
    void put(dragged, day);
  });
  document.addEventListener("dragend", () => {
    dragged = undefined;
    document.querySelector(".calendar-day.is-over")?.classList.remove("is-over");
  });
  document.addEventListener("keydown", onKey);
}
