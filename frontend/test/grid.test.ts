import { describe, expect, it } from "vitest";
import { layBlock, readBlock, writeBlock } from "../src/app/block.ts";

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
