/** Ctrl+Enter (Meta on a Mac) sends `form[data-save-keys]` from any of its fields. */
export function watchForms(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-save-keys]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
