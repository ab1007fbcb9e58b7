import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fieldFor, watchCells } from "../src/app/cell.ts";
import { ask } from "../src/app/dialog.ts";
import { fileFault, ruleOf } from "../src/app/drop.ts";
import { problemText } from "../src/app/exchange.ts";
import { keyAction } from "../src/app/keyboard.ts";
import { fill, readLabels } from "../src/app/labels.ts";
import { span, watchSelection } from "../src/app/selection.ts";
import { nextTheme } from "../src/app/theme.ts";
import { toast } from "../src/app/toast.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

function key(name: string, more: Partial<KeyboardEvent> = {}) {
  return { key: name, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more };
}

describe("labels", () => {
  it("fills places in and leaves unknown ones", () => {
    expect(fill("已选 {count} 项 {else}", { count: 3 })).toBe("已选 3 项 {else}");
  });
  it("takes only texts from a label block", () => {
    expect(readLabels('{"undo": "실행 취소", "number": 3}')).toEqual({ undo: "실행 취소" });
    for (const broken of [null, "", "[", "null", "3"]) expect(readLabels(broken)).toEqual({});
  });
});

describe("keys", () => {
  it("have an action outside fields only", () => {
    expect(keyAction(key("/"), false)).toBe("search");
    expect(keyAction(key("/"), true)).toBeUndefined();
  });
  it("leave combinations and input methods alone", () => {
    expect(keyAction(key("j", { ctrlKey: true }), false)).toBeUndefined();
    expect(keyAction(key("j", { isComposing: true }), false)).toBeUndefined();
    expect(keyAction(key("q"), false)).toBeUndefined();
  });
});

describe("themes", () => {
  it("come round again after three steps", () => {
    expect(nextTheme(nextTheme(nextTheme("auto")))).toBe("auto");
    expect(new Set(["auto" as const, nextTheme("auto"), nextTheme(nextTheme("auto"))]).size).toBe(3);
  });
});

describe("files", () => {
  const rule = { maxBytes: 100, endings: [".xlsx", ".csv"] };
  it("are checked for kind, then size", () => {
    expect(fileFault({ name: "客户.XLSX", size: 100 }, rule)).toBeUndefined();
    expect(fileFault({ name: "客户.xlsx", size: 101 }, rule)).toBe("fileTooBig");
    expect(fileFault({ name: "a.csv.exe", size: 1 }, rule)).toBe("fileWrongType");
    expect(fileFault({ name: "csv", size: 1 }, rule)).toBe("fileWrongType");
  });
  it("any kind fits a rule without endings", () => {
    expect(fileFault({ name: "notes", size: 1 }, { maxBytes: 2, endings: [] })).toBeUndefined();
  });
  it("read their rule from the page", () => {
    document.body.innerHTML =
      '<div data-max-bytes="5"><input type="file" accept=".CSV, text/plain,.ods"></div>';
    expect(ruleOf(document.body.firstElementChild as HTMLElement)).toEqual({
      maxBytes: 5,
      endings: [".csv", ".ods"],
    });
  });
});

describe("answers", () => {
  it("say what is wrong by their detail", () => {
    expect(problemText('{"detail": "号码太短"}')).toBe("号码太短");
    for (const other of ["<html>", "null", '{"detail": 3}', ""]) expect(problemText(other)).toBeUndefined();
  });
});

describe("selection", () => {
  it("spans both ways", () => {
    expect(span(4, 2)).toEqual([2, 3, 4]);
    expect(span(1, 1)).toEqual([1]);
  });
  it("takes the rows between two clicks with shift and shows the bar", () => {
    const boxes = [1, 2, 3, 4].map(
      (id) => `<tr><td><input type="checkbox" data-select-row value="${id}"></td></tr>`,
    );
    document.body.innerHTML = `<table><tbody>${boxes.join("")}</tbody></table><div data-bulk-bar hidden><b data-bulk-count></b></div>`;
    watchSelection();
    const [first, , third] = document.querySelectorAll<HTMLInputElement>("input");
    first?.click();
    third?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true, cancelable: true }));
    expect([...document.querySelectorAll("input")].map((box) => box.checked)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(document.querySelector<HTMLElement>("[data-bulk-bar]")?.hidden).toBe(false);
    expect(document.querySelector("[data-bulk-count]")?.textContent).toBe("3 selected");
  });
});

describe("messages", () => {
  it("are text, never markup", () => {
    expect(toast({ message: HOSTILE }).querySelector("img")).toBeNull();
    expect(document.querySelector(".toast span")?.textContent).toContain("<img");
  });
  it("ask in a dialog and hear the answer", async () => {
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    const answer = ask(HOSTILE);
    expect(document.querySelector("dialog img")).toBeNull();
    document.querySelector<HTMLButtonElement>('dialog button[value="yes"]')?.click();
    expect(await answer).toBe(true);
  });
});

describe("cells", () => {
  const answers: Response[] = [];
  const sent: { url: string; body: string; match: string | null }[] = [];

  beforeEach(() => {
    document.body.innerHTML =
      '<table><tr data-record><td class="cell-edit" tabindex="0" data-edit-url="/cell" data-value="138" data-version="3" data-label="Phone">138</td><td data-version="3">x</td></tr></table>';
    vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
      sent.push({ url, body: String(request.body), match: new Headers(request.headers).get("If-Match") });
      return answers.shift();
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    sent.length = 0;
  });
  watchCells();

  function type(value: string, end: string): void {
    document.querySelector<HTMLElement>(".cell-edit")?.click();
    const field = document.querySelector<HTMLInputElement>(".cell-edit input");
    if (!field) throw new Error("no field");
    field.value = value;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: end, bubbles: true }));
  }

  it("are saved with their version, and the whole record follows", async () => {
    answers.push(
      new Response('<td class="cell-edit" data-edit-url="/cell" data-value="139" data-version="4">139</td>'),
    );
    type("139", "Enter");
    await vi.waitFor(() => expect(document.querySelector(".is-saved")?.textContent).toBe("139"));
    expect(sent).toEqual([{ url: "/cell", body: "value=139", match: '"3"' }]);
    expect(
      [...document.querySelectorAll<HTMLElement>("[data-version]")].map((cell) => cell.dataset.version),
    ).toEqual(["4", "4"]);
  });
  it("stay as they were on Escape, and when nothing changed", () => {
    type("139", "Escape");
    type("138", "Enter");
    expect(document.querySelector(".cell-edit")?.textContent).toBe("138");
    expect(sent).toEqual([]);
  });
  it("show both values when somebody else was faster, and can be sent again", async () => {
    const current = { value: "137", text: "137****", version: 8 };
    answers.push(new Response(JSON.stringify({ code: "stale", current }), { status: 412 }));
    answers.push(new Response('<td class="cell-edit" data-version="9">139</td>'));
    type("139", "Enter");
    await vi.waitFor(() => expect(document.querySelector(".is-stale")).not.toBeNull());
    expect([...document.querySelectorAll(".toast")].at(-1)?.textContent).toContain("137****");
    expect([...document.querySelectorAll(".toast-action")].at(-1)?.textContent).toContain("139");
    [...document.querySelectorAll<HTMLButtonElement>(".toast-action")].at(-1)?.click();
    await vi.waitFor(() => expect(sent.at(-1)?.match).toBe('"8"'));
  });
  it("say why a value is refused", async () => {
    answers.push(new Response('{"detail": "号码太短"}', { status: 422 }));
    type("1", "Enter");
    await vi.waitFor(() => expect(document.querySelector(".is-wrong")).not.toBeNull());
    expect([...document.querySelectorAll(".toast")].at(-1)?.textContent).toContain("号码太短");
  });
  it("offer choices for a closed set", () => {
    const cell = document.createElement("td");
    Object.assign(cell.dataset, { kind: "select", value: "b", options: '[["a", "甲"], ["b", "乙"]]' });
    const field = fieldFor(cell) as HTMLSelectElement;
    expect([...field.options].map(({ text }) => text)).toEqual(["甲", "乙"]);
    expect(field.value).toBe("b");
  });
});
