import htmx from "htmx.org";
import { csrfToken, problemText } from "./exchange.ts";
import { label } from "./labels.ts";
import { toast } from "./toast.ts";

/** Gives the record of a card another value: an edit like any other, with its undo; then the list is drawn again. */
export async function give(card: HTMLElement, value: string): Promise<void> {
  if (!card.dataset.moveUrl) return;
  card.classList.add("is-moving");
  const answer = await fetch(card.dataset.moveUrl, {
    method: "POST",
    body: new URLSearchParams({ value }),
    headers: { "X-CSRFToken": csrfToken(), "If-Match": `"${card.dataset.version ?? ""}"` },
  }).catch(() => undefined);
  card.classList.remove("is-moving");
  if (answer?.ok) tell(answer.headers.get("HX-Trigger"));
  else toast({ message: answer ? await reason(answer) : label("offline"), kind: "bad" });
  const where = window.location.pathname + window.location.search;
  await htmx.ajax("get", where, { target: "#list", swap: "outerHTML" });
  const again = document.querySelector<HTMLElement>(`[data-move-url="${card.dataset.moveUrl}"]`);
  (again?.matches("[tabindex]") ? again : again?.querySelector("a"))?.focus();
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
