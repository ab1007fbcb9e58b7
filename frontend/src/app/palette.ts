import { registerKeys } from "./keys.ts";
import { label } from "./labels.ts";
import { toast } from "./toast.ts";

const PAUSE = 60;
let asking: AbortController | undefined;
let waiting = 0;

interface Palette {
  readonly dialog: HTMLDialogElement;
  readonly search: HTMLInputElement;
  readonly options: HTMLElement;
}

function palette(): Palette | undefined {
  const dialog = document.getElementById("palette");
  const search = dialog?.querySelector<HTMLInputElement>("input[type=search]");
  const options = dialog?.querySelector<HTMLElement>("[role=listbox]");
  return dialog instanceof HTMLDialogElement && search && options ? { dialog, search, options } : undefined;
}

/** Opens the palette, empty, and asks what it offers; false where the page has none. */
export function openPalette(): boolean {
  const found = palette();
  if (!found) return false;
  found.search.value = "";
  if (!found.dialog.open) found.dialog.showModal();
  found.search.focus();
  void askNow(found);
  return true;
}

/** Whether a key that is pressed on an option belongs into the search field: a letter, or taking one back. */
export function belongsToSearch(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return event.key === "Backspace" || (event.key.length === 1 && event.key !== " ");
}

/** Asks for what the field holds now, and may take the first option; the answer to what it held before is dropped. */
async function askNow({ search, options }: Palette, takesFirst = false): Promise<void> {
  window.clearTimeout(waiting);
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const text = search.value.trim();
  try {
    const answer = await fetch(`${search.dataset.url}?q=${encodeURIComponent(text)}`, {
      headers: { "HX-Request": "true", "HX-Current-URL": window.location.href },
      signal: mine.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const drawn = document.createElement("template");
    drawn.innerHTML = await answer.text();
    if (mine.signal.aborted) return;
    options.replaceChildren(drawn.content);
    options.dataset.text = text;
    if (takesFirst) options.querySelector<HTMLElement>("[role=option]")?.click();
  } catch {
    if (!mine.signal.aborted) toast({ message: label("failed"), kind: "bad" });
  }
}

function askSoon(found: Palette): void {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void askNow(found), PAUSE);
}

/** Enter before the answer to what was typed is there: takes its first option once it is. */
function takeWhenAnswered(found: Palette, event: KeyboardEvent): void {
  if (event.isComposing || found.options.dataset.text === found.search.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void askNow(found, true);
}

function isOpening(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
}

function typed(event: KeyboardEvent): void {
  if (isOpening(event)) {
    if (openPalette()) event.preventDefault();
    return;
  }
  const found = palette();
  const target = event.target as Element;
  if (!found?.dialog.open) return;
  if (target === found.search && event.key === "Escape") found.dialog.close();
  else if (target === found.search && event.key === "Enter") takeWhenAnswered(found, event);
  else if (target.matches("[role=option]") && belongsToSearch(event)) found.search.focus();
}

/** Ctrl+K and `[data-open-palette]` open `<dialog id="palette">`; arrows and Enter are those of every picker. */
export function watchPalette(): void {
  registerKeys({ keys: ["Ctrl", "K"], label: "keyPalette", when: () => palette() !== undefined });
  document.addEventListener("keydown", typed);
  document.addEventListener("input", (event) => {
    const found = palette();
    if (found && event.target === found.search) askSoon(found);
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-open-palette]")) openPalette();
    else if (target.id === "palette") palette()?.dialog.close();
  });
  document.addEventListener("focusin", markCurrent);
}

/** The option in focus is told to those who do not see it. */
function markCurrent(): void {
  for (const option of palette()?.options.querySelectorAll("[role=option]") ?? [])
    option.setAttribute("aria-selected", String(option === document.activeElement));
}
