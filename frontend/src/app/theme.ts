import { label } from "./labels.ts";

export type Theme = "auto" | "light" | "dark";
const KEY = "guanxi.theme";
const NAMES = { auto: "themeAuto", light: "themeLight", dark: "themeDark" } as const;

/** The theme that follows `theme` when the switch is pressed. */
export function nextTheme(theme: Theme): Theme {
  return theme === "auto" ? "light" : theme === "light" ? "dark" : "auto";
}

/** The theme chosen on this device; "auto" when none was. */
export function chosenTheme(): Theme {
  const theme = document.documentElement.dataset.bsTheme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

/** True when the page is dark now, by choice or by the system. */
export function isDark(): boolean {
  const theme = chosenTheme();
  return theme === "auto" ? window.matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}

function apply(theme: Theme): void {
  document.documentElement.dataset.bsTheme = theme;
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // Then the choice holds for this page only.
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-toggle]")) describe(button);
  document.dispatchEvent(new CustomEvent("guanxi:theme", { detail: { theme, dark: isDark() } }));
}

function describe(button: HTMLElement): void {
  const theme = chosenTheme();
  const text = label(NAMES[theme]);
  button.title = text;
  button.setAttribute("aria-label", text);
  const name = button.querySelector("[data-theme-name]");
  if (name) name.textContent = text;
  const use = button.querySelector("use");
  const icon = { auto: "sun-moon", light: "sun", dark: "moon" }[theme];
  use?.setAttribute("href", `${(use.getAttribute("href") ?? "").split("#")[0]}#${icon}`);
}

/** Makes every `[data-theme-toggle]` step through auto, light and dark. */
export function watchTheme(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-toggle]")) describe(button);
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-theme-toggle]")) apply(nextTheme(chosenTheme()));
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(chosenTheme()));
}
