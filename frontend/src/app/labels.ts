/** English texts; a page replaces them with `<script type="application/json" id="app-labels">{"undo": "撤销", …}`. */
const english = {
  cancel: "Cancel",
  close: "Close",
  confirm: "Go on",
  confirmTitle: "Are you sure?",
  copied: "Link copied",
  copyRest: "Copy what is left",
  failed: "That did not work. Nothing was changed.",
  fileTooBig: "This file is larger than {limit} MB.",
  fileWrongType: "This kind of file cannot be read. Allowed: {types}",
  keepTheirs: "Keep theirs",
  keyApart: "Not the same",
  keyCells: "From cell to cell",
  keyChoose: "Whose value stays",
  keyClose: "Close what is open",
  keyCopy: "Copy the cells",
  keyCreate: "New",
  keyEdit: "Edit",
  keyHelp: "This list",
  keyLines: "Another field",
  keyMerge: "Merge",
  keyMoveColumn: "Move the column (on its head)",
  keyOpen: "Open the row",
  keyPairs: "Next and previous pair",
  keyPalette: "Search or do",
  keyPaste: "Paste a block",
  keyRows: "Next and previous row",
  keySave: "Save the form",
  keySearch: "Search",
  keySelect: "Select the row",
  keySkip: "Skip",
  keyTakeBack: "Undo the last word",
  keyWiden: "Column wider or narrower (on its head)",
  leftOver: "{count} rows of the block are left over.",
  offline: "No connection. Try again when you are back online.",
  overwrite: "Save mine",
  refused: "{reason} Not written: {text}. It still says: {current}",
  selected: "{count} selected",
  stale: "Somebody else has changed this meanwhile. Now it says: {current}",
  themeAuto: "Theme: as the system",
  themeDark: "Theme: dark",
  themeLight: "Theme: light",
  undo: "Undo",
} as const;

export type LabelName = keyof typeof english;
let translated: Partial<Record<LabelName, string>> | undefined;

/** The text of `name` in the page's language, with `{word}` places filled in. */
export function label(name: LabelName, values: Record<string, string | number> = {}): string {
  translated ??= readLabels(document.getElementById("app-labels")?.textContent);
  return fill(translated[name] ?? english[name], values);
}

/** Replaces `{word}` in `text`; unknown places stay as they are. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, word: string) => String(values[word] ?? place));
}

/** Parses the JSON of a label block; anything that is not an object of strings counts as empty. */
export function readLabels(source: string | null | undefined): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(source ?? "{}");
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    );
  } catch {
    return {};
  }
}
