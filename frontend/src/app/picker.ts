/** The place `by` steps from `at` among `count`, round and round; -1 is the search field above the first. */
export function stepTo(at: number, by: 1 | -1, count: number): number {
  return count === 0 ? -1 : ((at + 1 + by + count + 1) % (count + 1)) - 1;
}

/** Where the focus goes from `target` on `key`; undefined when the key means nothing here. */
function goal(picker: HTMLElement, target: HTMLElement, key: string): HTMLElement | null | undefined {
  const search = picker.querySelector<HTMLElement>("input[type=search]");
  const options = [...picker.querySelectorAll<HTMLElement>("[role=option]")];
  const at = options.indexOf(target);
  if (key === "Escape") return at >= 0 ? search : undefined;
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  return options[stepTo(at, key === "ArrowDown" ? 1 : -1, options.length)] ?? search;
}

/** Arrow keys go through what a `.picker` offers, Enter takes the first from the search field, Escape goes back to it. */
export function watchPickers(): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const picker = target.closest<HTMLElement>(".picker");
    if (!picker || event.isComposing) return;
    const next = goal(picker, target, event.key);
    if (next) next.focus();
    else if (event.key === "Enter" && target.matches("input[type=search]")) {
      picker.querySelector<HTMLElement>("[role=option]")?.click();
    } else return;
    event.preventDefault();
  });
}
