import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { doubleKey, watchDoubles } from "../src/app/duplicates.ts";

function key(name: string, more: Partial<KeyboardEvent> = {}) {
  return { key: name, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more };
}

const side = (name: string, number: number) =>
  `<td><input type="radio" name="${name}" value="${number + 10}" data-number="${number}" ${number === 1 ? "checked" : ""}></td>`;
const PAGE = `<main data-doubles>
  <a data-pair id="first" aria-current="true"></a><a data-pair id="second"></a><a data-pairs-next id="later"></a>
  <table>
    <tr data-choice class="is-current" id="stays">${side("into", 1)}${side("into", 2)}</tr>
    <tr data-choice id="phone">${side("choice.phone", 1)}${side("choice.phone", 2)}</tr>
  </table>
  <button data-double-key="m" id="merge"></button><button data-double-key="u" id="undo" disabled></button>
  <input id="text">
</main>`;

describe("keys among doubles", () => {
  it("mean a button, a pair, a line or a side", () => {
    expect(doubleKey(key("m"), false)).toEqual({ kind: "press", name: "m" });
    expect(doubleKey(key("s"), false)).toEqual({ kind: "pair", by: 1 });
    expect(doubleKey(key("ArrowUp"), false)).toEqual({ kind: "line", by: -1 });
    expect(doubleKey(key("2"), false)).toEqual({ kind: "choose", number: 2 });
  });
  it("mean nothing while somebody types, composes or holds another key", () => {
    expect(doubleKey(key("m"), true)).toBeUndefined();
    expect(doubleKey(key("m", { ctrlKey: true }), false)).toBeUndefined();
    expect(doubleKey(key("n", { isComposing: true }), false)).toBeUndefined();
    for (const other of ["0", "x", "Enter", "F1"]) expect(doubleKey(key(other), false)).toBeUndefined();
  });
});

describe("a page of doubles", () => {
  const clicked: string[] = [];
  const type = (name: string, target: Element = document.body) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  const chosen = (name: string) =>
    [...document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)].find((box) => box.checked)
      ?.value;

  beforeAll(() => {
    watchDoubles();
    document.addEventListener("click", (event) => clicked.push((event.target as Element).id));
  });
  beforeEach(() => {
    document.body.innerHTML = PAGE;
    clicked.length = 0;
  });

  it("goes to the next pair, and behind the last one to the next page", () => {
    type("j");
    document.getElementById("first")?.removeAttribute("aria-current");
    document.getElementById("second")?.setAttribute("aria-current", "true");
    type("s");
    expect(clicked).toEqual(["second", "later"]);
  });
  it("chooses whose value stays in the line at hand", () => {
    type("2");
    type("ArrowDown");
    expect([chosen("into"), chosen("choice.phone")]).toEqual(["12", "11"]);
    type("2");
    expect(chosen("choice.phone")).toBe("12");
    type("7");
    expect(chosen("choice.phone")).toBe("12");
  });
  it("presses what has the key, but nothing that is disabled, and never from a text field", () => {
    type("m");
    type("u");
    type("m", document.getElementById("text") as Element);
    expect(clicked).toEqual(["merge"]);
  });
  it("leaves other pages alone", () => {
    document.body.innerHTML = '<button data-double-key="m" id="merge"></button>';
    type("m");
    expect(clicked).toEqual([]);
  });
});
