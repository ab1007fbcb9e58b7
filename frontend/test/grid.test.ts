import { describe, expect, it } from "vitest";
import { layBlock, readBlock, writeBlock } from "../src/app/block.ts";
import { bounded, reordered } from "../src/app/columns.ts";
import { windowOf } from "../src/app/rows.ts";

describe("a block from a spreadsheet", () => {
  it("is read with quoted lines, tabs and doubled quotes", () => {
    expect(readBlock('a\t"b\n""c"""\r\n\t5" pipe\r\n')).toEqual([
      ["a", 'b\n"c"'],
      ["", '5" pipe'],
    ]);
  });

  it("is square, however ragged it came", () => {
    expect(readBlock("a\tb\nc")).toEqual([
      ["a", "b"],
      ["c", ""],
    ]);
    expect(readBlock("")).toEqual([[""]]);
  });

  it("comes back as it was written, whatever its cells hold", () => {
    const signs = ["", "a", "\t", "\n", '"', '"a"', 'a"b', "茶\n차", " x "];
    for (const one of signs) {
      for (const other of signs) {
        const block = [
          [one, other],
          [other, one],
        ];
        expect(readBlock(`${writeBlock(block)}\n`)).toEqual(block);
      }
    }
  });

  it("is cut to the place it has, and what is left over is kept", () => {
    const block = readBlock("1\t2\n3\t4\n5\t6");
    const fitted = layBlock(block, { rows: 2, columns: 1 }, { rows: 1, columns: 1 });
    expect(fitted).toEqual({ block: [["1"], ["3"]], below: [["5", "6"]], beside: 1 });
  });

  it("fills a chosen range that it fits into", () => {
    const fitted = layBlock([["x"]], { rows: 9, columns: 9 }, { rows: 2, columns: 2 });
    expect(fitted.block).toEqual([
      ["x", "x"],
      ["x", "x"],
    ]);
  });
});

describe("the columns of a list", () => {
  const names = ["name", "phone", "amount", "owner"];

  it("are put before or behind another, and the name stays first", () => {
    expect(reordered(names, "owner", "phone", false)).toEqual(["name", "owner", "phone", "amount"]);
    expect(reordered(names, "phone", "owner", true)).toEqual(["name", "amount", "owner", "phone"]);
    expect(reordered(names, "owner", "name", false)).toEqual(["name", "owner", "phone", "amount"]);
    expect(reordered(names, "name", "owner", true)).toEqual(names);
    expect(reordered(names, "phone", "phone", true)).toEqual(names);
  });

  it("have a width that can be read and does not fill the window", () => {
    expect([bounded(3), bounded(160.4), bounded(5000)]).toEqual([48, 160, 900]);
  });
});

describe("the rows of a long list", () => {
  it("stand in the page where they are seen, and some on either side", () => {
    for (const count of [1, 49, 50, 10_000]) {
      for (const top of [0, 10, 340, 20_000, 339_900]) {
        const { begin, end } = windowOf(top, 800, 34, count);
        const first = Math.min(Math.floor(top / 34), count);
        const last = Math.min(count, Math.ceil((top + 800) / 34));
        expect(begin).toBeLessThanOrEqual(first);
        expect(end).toBeGreaterThanOrEqual(last);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - begin).toBeLessThanOrEqual(110);
      }
    }
  });
});
