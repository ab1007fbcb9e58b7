import { expect, test } from "vitest";
import { completed, excerpt } from "../src/app/condition.ts";

test("an offer replaces what was typed of it and leaves the cursor behind it", () => {
  expect(completed("amou", 0, 4, "amount")).toEqual({ text: "amount ", cursor: 7 });
  expect(completed("a = 1 an b = 2", 6, 8, "and")).toEqual({ text: "a = 1 and b = 2", cursor: 9 });
  expect(completed("kind i", 5, 6, "in (")).toEqual({ text: "kind in (", cursor: 9 });
  expect(completed('kind in ("co)', 9, 12, '"company"')).toEqual({
    text: 'kind in ("company")',
    cursor: 18,
  });
});

test("a fault is shown with what stands around it", () => {
  expect(excerpt("size > many and x", 7)).toEqual(["size > ", "many", " and x"]);
  const long = `${"a = 1 and ".repeat(5)}nonsense = 5 ${"and b = 2 ".repeat(5)}`;
  const [before, word, after] = excerpt(long, 50);
  expect(word).toBe("nonsense");
  expect(before.startsWith("…")).toBe(true);
  expect(after.endsWith("…")).toBe(true);
});
