import htmx from "htmx.org";
import { csrfToken, problemText } from "./exchange.ts";
import { label } from "./labels.ts";
import { toast } from "./toast.ts";

/** Sets htmx up for a strict content-security policy and adds what every request needs. */
export function configureRequests(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    // What comes is made to work in the same moment: a click right after it is not lost.
    defaultSettleDelay: 0,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "...", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, verb } = (event as CustomEvent<{ headers: Record<string, string>; verb: string }>)
      .detail;
    if (verb !== "get") headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:responseError", reportFailure);
  document.addEventListener("htmx:sendError", () => toast({ message: label("offline"), kind: "bad" }));
  // What other parts put into the page may carry hx- attributes too.
  document.addEventListener("guanxi:swapped", (event) =>
    htmx.process((event as CustomEvent<Element>).detail),
  );
  watchWaiting();
}

function reportFailure(event: Event): void {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
  toast({ message: problemText(xhr.responseText) ?? label("failed"), kind: "bad" });
}

/** Shows the thin line at the top when an answer takes longer than a moment. */
function watchWaiting(): void {
  let open = 0;
  let timer = 0;
  document.addEventListener("htmx:beforeSend", (event) => {
    if ((event.target as Element).closest("[data-quiet]")) return;
    open += 1;
    if (open === 1) timer = window.setTimeout(() => document.body.classList.add("is-loading"), 250);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if ((event.target as Element).closest("[data-quiet]")) return;
    open = Math.max(0, open - 1);
    if (open > 0) return;
    window.clearTimeout(timer);
    document.body.classList.remove("is-loading");
  });
}
