import { drawKeys, registerKeys } from "./keys.ts";
import { openPalette } from "./palette.ts";

/** What a key does on a page without a field in focus. */
export type KeyAction = "search" | "next" | "previous" | "open" | "edit" | "select" | "help" | "create";

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  "/": "search",
  j: "next",
  k: "previous",
  Enter: "open",
  e: "edit",
  x: "select",
  c: "create",
  "?": "help",
};

/** The action of a key press, or undefined: typing in a field and combinations with Ctrl, Alt or Meta have none. */
export function keyAction(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">,
  typing: boolean,
): KeyAction | undefined {
  if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  return ACTIONS[event.key];
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(
    element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]"),
  );
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("table.records tbody tr[data-href]")];
}

function current(): HTMLElement | undefined {
  return rows().find((row) => row.classList.contains("is-current"));
}

function step(by: 1 | -1): boolean {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("is-current"));
  const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  for (const row of all) row.classList.toggle("is-current", row === next);
  next?.scrollIntoView({ block: "nearest" });
  return all.length > 0;
}

const RUN: Readonly<Record<KeyAction, (event: KeyboardEvent) => boolean>> = {
  search: () => focus(document.querySelector<HTMLElement>("[data-search]")) || openPalette(),
  next: () => step(1),
  previous: () => step(-1),
  open: (event) =>
    event.target === document.body && press(current()?.querySelector<HTMLElement>(".cell-title")),
  edit: () =>
    focus(current()?.querySelector<HTMLElement>(".cell-edit")) ||
    press(document.querySelector<HTMLElement>("[data-key-edit]")),
  select: () => press(current()?.querySelector<HTMLElement>("[data-select-row]")),
  create: () => press(document.querySelector<HTMLElement>("[data-key-create]")),
  help: () => showHelp(),
};

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  return Boolean(element);
}

function press(element: HTMLElement | null | undefined): boolean {
  element?.click();
  return Boolean(element);
}

function showHelp(): boolean {
  const dialog = document.getElementById("key-help");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  for (const list of dialog.querySelectorAll("[data-keys]")) drawKeys(list);
  dialog.showModal();
  return true;
}

function there(selector: string): () => boolean {
  return () => document.querySelector(selector) !== null;
}

/** "/" search, j and k through the rows, Enter open, e edit, x select, c create, ? the list of keys (`<dialog id="key-help">`). */
export function watchKeyboard(): void {
  const withRows = () => rows().length > 0;
  registerKeys(
    { keys: ["/"], label: "keySearch" },
    { keys: ["j", "k"], label: "keyRows", when: withRows },
    { keys: ["Enter"], label: "keyOpen", when: withRows },
    { keys: ["x"], label: "keySelect", when: there("[data-select-row]") },
    { keys: ["e"], label: "keyEdit", when: there(".cell-edit, [data-key-edit]") },
    { keys: ["c"], label: "keyCreate", when: there("[data-key-create]") },
    { keys: ["Ctrl", "Enter"], label: "keySave", when: there("form[data-save-keys]") },
    { keys: ["Esc"], label: "keyClose" },
    { keys: ["?"], label: "keyHelp" },
  );
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-show-keys]")) showHelp();
  });
  document.addEventListener("keydown", (event) => {
    const action = keyAction(event, isTyping(event.target));
    if (action && RUN[action](event)) event.preventDefault();
  });
}
