/** A rectangle of texts, row by row. */
export type Block = string[][];

/** Reads what a spreadsheet puts on the clipboard: tabs between cells, lines between rows, quotes around either. */
export function readBlock(text: string): Block {
  const rows: Block = [];
  let row: string[] = [];
  let rest = text.replace(/\r\n?/g, "\n");
  if (rest.endsWith("\n")) rest = rest.slice(0, -1);
  for (;;) {
    const [cell, after] = rest.startsWith('"') ? quoted(rest) : bare(rest);
    row.push(cell);
    if (after.startsWith("\t")) {
      rest = after.slice(1);
      continue;
    }
    rows.push(row);
    if (after === "") return square(rows);
    row = [];
    rest = after.slice(1);
  }
}

function bare(text: string): [string, string] {
  const end = text.search(/[\t\n]/);
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end)];
}

/** A cell in quotes, its own quotes doubled; a quote that does not end one is an ordinary sign. */
function quoted(text: string): [string, string] {
  const found = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(text);
  if (!found) return bare(text);
  return [(found[1] ?? "").replaceAll('""', '"'), text.slice(found[0].length)];
}

/** The same number of cells in every row. */
function square(rows: Block): Block {
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill("")]);
}

/** Writes a block as spreadsheets read it. */
export function writeBlock(block: Block): string {
  return block
    .map((row) =>
      row.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t"),
    )
    .join("\n");
}

/** A block as it falls on a place of `rows` by `columns`: what fits, and what is left over below and beside. */
export interface Fitted {
  block: Block;
  below: Block;
  beside: number;
}

/** Cuts a block to the place it has; a block that fits a whole number of times into a chosen range fills the range. */
export function layBlock(
  block: Block,
  place: { rows: number; columns: number },
  chosen: { rows: number; columns: number },
): Fitted {
  const width = block[0]?.length ?? 0;
  const fills = chosen.rows % block.length === 0 && chosen.columns % width === 0;
  const rows = fills ? chosen.rows : block.length;
  const columns = fills ? chosen.columns : width;
  const spread = Array.from({ length: rows }, (_row, y) =>
    Array.from({ length: columns }, (_cell, x) => block[y % block.length]?.[x % width] ?? ""),
  );
  return {
    block: spread.slice(0, place.rows).map((row) => row.slice(0, place.columns)),
    below: spread.slice(place.rows),
    beside: Math.max(0, columns - place.columns),
  };
}
