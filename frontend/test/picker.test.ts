import { expect, it } from "vitest";
import { stepTo } from "../src/app/picker.ts";

it("goes from the search field through the options and back to it", () => {
  expect(stepTo(-1, 1, 2)).toBe(0);
  expect(stepTo(0, 1, 2)).toBe(1);
  expect(stepTo(1, 1, 2)).toBe(-1);
  expect(stepTo(-1, -1, 2)).toBe(1);
});

it("stays in the search field when nothing is offered", () => {
  expect(stepTo(-1, 1, 0)).toBe(-1);
});
