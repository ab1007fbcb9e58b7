import { csrfToken } from "./exchange.ts";
import { label } from "./labels.ts";

export interface ToastAction {
  label: string;
  /** Called on a click; the toast goes away. */
  run: () => void;
}
export interface Toast {
  message: string;
  kind?: "good" | "bad";
  actions?: ToastAction[];
  /** Where an undo is posted to; on success the page is loaded again. */
  undoUrl?: string;
  milliseconds?: number;
}

/** Shows a short message at the edge; its text is never read as HTML. */
export function toast(content: Toast): HTMLElement {
  const box = document.createElement("div");
  box.className = content.kind === "bad" ? "toast toast-bad" : "toast";
  box.setAttribute("role", content.kind === "bad" ? "alert" : "status");
  const text = document.createElement("span");
  text.textContent = content.message;
  box.append(text);
  const { undoUrl } = content;
  const actions = undoUrl
    ? [{ label: label("undo"), run: () => void postUndo(undoUrl) }]
    : (content.actions ?? []);
  for (const action of actions) box.append(actionButton(action, box));
  box.append(closeButton(box));
  stack().append(box);
  const stay = content.milliseconds ?? (actions.length > 0 ? 12_000 : 5_000);
  leaveAfter(box, stay);
  return box;
}

function stack(): HTMLElement {
  const found = document.querySelector<HTMLElement>(".toast-stack");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "toast-stack";
  document.body.append(made);
  return made;
}

function actionButton(action: ToastAction, box: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-action";
  button.textContent = action.label;
  button.addEventListener("click", () => {
    box.remove();
    action.run();
  });
  return button;
}

function closeButton(box: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.textContent = "×";
  button.setAttribute("aria-label", label("close"));
  button.addEventListener("click", () => box.remove());
  return button;
}

/** Removes `box` after `milliseconds`, but not while somebody reads or is about to press it. */
function leaveAfter(box: HTMLElement, milliseconds: number): void {
  let timer = window.setTimeout(() => box.remove(), milliseconds);
  box.addEventListener("pointerenter", () => window.clearTimeout(timer));
  box.addEventListener("pointerleave", () => {
    timer = window.setTimeout(() => box.remove(), 3_000);
  });
}

/** Asks the server to take a change back, and loads the page again. */
export async function postUndo(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
  }).catch(() => undefined);
  if (answer?.ok) window.location.reload();
  else toast({ message: label(answer ? "failed" : "offline"), kind: "bad" });
}

/**
 * Shows toasts that the server asks for: the response header
 * `HX-Trigger: {"guanxi:toast": {"message": …, "kind": …, "undoUrl": …}}`, and on a full page
 * `<template data-toast data-kind="…" data-undo-url="…">text</template>`.
 */
export function watchToasts(): void {
  document.addEventListener("guanxi:toast", (event) => toast((event as CustomEvent<Toast>).detail));
  for (const waiting of document.querySelectorAll<HTMLTemplateElement>("template[data-toast]")) {
    const { kind, undoUrl } = waiting.dataset;
    toast({
      message: waiting.content.textContent?.trim() ?? "",
      ...(kind === "bad" ? { kind } : {}),
      ...(undoUrl ? { undoUrl } : {}),
    });
    waiting.remove();
  }
}
