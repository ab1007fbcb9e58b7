import { label } from "./labels.ts";

export interface FileRule {
  maxBytes: number;
  /** Endings with their dot, lower case; empty allows all. */
  endings: string[];
}
export type FileFault = "fileTooBig" | "fileWrongType";

/** What is wrong with a file before it is sent; the server looks again, and closer. */
export function fileFault(file: Pick<File, "name" | "size">, rule: FileRule): FileFault | undefined {
  const ending = /\.[^.]+$/.exec(file.name.toLowerCase())?.[0] ?? "";
  if (rule.endings.length > 0 && !rule.endings.includes(ending)) return "fileWrongType";
  return file.size > rule.maxBytes ? "fileTooBig" : undefined;
}

/** The rule of a drop zone: `data-max-bytes` and the `accept` of its file field. */
export function ruleOf(zone: HTMLElement): FileRule {
  const accept = zone.querySelector<HTMLInputElement>("input[type=file]")?.accept ?? "";
  const endings = accept.split(",").map((ending) => ending.trim().toLowerCase());
  return {
    maxBytes: Number(zone.dataset.maxBytes) || Number.POSITIVE_INFINITY,
    endings: endings.filter((ending) => ending.startsWith(".")),
  };
}

function show(zone: HTMLElement, input: HTMLInputElement): void {
  const file = input.files?.[0];
  const rule = ruleOf(zone);
  const fault = file && fileFault(file, rule);
  const name = zone.querySelector<HTMLElement>("[data-drop-name]");
  const error = zone.querySelector<HTMLElement>("[data-drop-error]");
  zone.classList.toggle("is-wrong", Boolean(fault));
  zone.classList.toggle("is-filled", Boolean(file && !fault));
  if (name && file) name.textContent = file.name;
  if (error)
    error.textContent = fault
      ? label(fault, { limit: Math.round(rule.maxBytes / 1_048_576), types: rule.endings.join(" ") })
      : "";
  if (fault) input.value = "";
  else if (file && zone.dataset.drop === "submit") input.form?.requestSubmit();
}

/** `.drop[data-drop]` around a file field: a file can be dropped on it; `data-drop="submit"` sends the form at once. */
export function watchDropZones(): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const zone = input.closest<HTMLElement>("[data-drop]");
    if (zone && input.type === "file") show(zone, input);
  });
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    document.addEventListener(kind, (event) => {
      (event.target as Element).closest?.("[data-drop]")?.classList.toggle("is-over", kind === "dragover");
    });
  }
}
