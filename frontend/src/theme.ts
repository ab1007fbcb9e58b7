// Loaded before the first paint, in the head, without waiting: the page never flashes in the wrong theme.
try {
  const chosen = window.localStorage.getItem("guanxi.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
