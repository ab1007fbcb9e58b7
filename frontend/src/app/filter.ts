/** What a person types into the filter while its new form is under way is written into that form when it comes. */
export function watchFilter(): void {
  const typed = new Map<string, string>();
  const inFilter = (target: EventTarget | null): target is HTMLInputElement =>
    target instanceof HTMLInputElement && target.type !== "checkbox" && !!target.closest("#filter-panel");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if ((event.target as Element).closest("#filter-panel")) typed.clear();
  });
  document.addEventListener("input", (event) => {
    if (inFilter(event.target) && event.target.id) typed.set(event.target.id, event.target.value);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if ((event.target as Element).id !== "filter-panel") return;
    for (const [id, value] of typed) {
      const input = document.getElementById(id);
      if (inFilter(input)) input.value = value;
    }
    typed.clear();
  });
}
