import { describe, expect, it } from "vitest";
import {
  boundsOf,
  haystackOf,
  type MapDocument,
  matcher,
  readCustomers,
  toReview,
} from "../src/standalone/data.ts";
import { TEXTS } from "../src/standalone/texts.ts";

const FILE: MapDocument = {
  title: "客户地图",
  language: null,
  unit: 100_000,
  tiers: [{ position: 1, name: "A", label: "" }],
  count: 3,
  row: [4, 5, 9],
  name: ["上海东方明珠", "서울강남유통", "Brightwater Ｌｔｄ．"],
  address: ["世纪大道1号", "", "12 Quay"],
  longitude: [12_149_000, 12_700_000, null],
  latitude: [3_123_000, 3_750_000, null],
  level: { texts: ["street", ""], codes: [0, 0, 1] },
  provider: { texts: ["gazetteer", ""], codes: [0, 0, 1] },
  tier: [1, 0, 0],
  phone: ["138****0001", "", ""],
  needsReview: [1],
  candidates: { "1": [[12_700_000, 3_750_000, "county", "강남구"]] },
};
const customers = readCustomers(FILE);

function found(words: string, hidden: number[] = []): string[] {
  const fits = matcher({ words, hiddenTiers: new Set(hidden) });
  return customers.filter((customer) => fits(customer, haystackOf(customer))).map(({ name }) => name);
}

describe("the file's data", () => {
  it("become customers again", () => {
    expect(customers[0]).toMatchObject({
      row: 4,
      longitude: 121.49,
      latitude: 31.23,
      level: "street",
      tier: 1,
      amount: null,
    });
    expect(customers[1]?.candidates).toEqual([
      { longitude: 127, latitude: 37.5, level: "county", matched: "강남구" },
    ]);
    expect(customers[2]).toMatchObject({ longitude: null, latitude: null, level: "", keyPerson: "" });
  });
  it("name what has to be looked at: doubtful and unplaced rows", () => {
    expect(toReview(customers).map(({ row }) => row)).toEqual([5, 9]);
  });
  it("have bounds of the placed ones only", () => {
    expect(boundsOf(customers)).toEqual([121.49, 31.23, 127, 37.5]);
    expect(boundsOf([])).toBeUndefined();
  });
});

describe("the search", () => {
  it("finds any part, in any script, in every width and case", () => {
    expect(found("东方")).toEqual(["上海东方明珠"]);
    expect(found("강남")).toEqual(["서울강남유통"]);
    expect(found("LTD quay")).toEqual(["Brightwater Ｌｔｄ．"]);
    expect(found("0001")).toEqual(["上海东方明珠"]);
    expect(found("东方 강남")).toEqual([]);
  });
  it("leaves out the tiers that are switched off", () => {
    expect(found("", [0])).toEqual(["上海东方明珠"]);
    expect(found("  ")).toHaveLength(3);
  });
});

describe("the texts", () => {
  it.each(["zh-hans", "zh-hant", "ko"] as const)("are complete in %s and keep their places", (language) => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [name, text] of Object.entries(TEXTS[language])) {
      expect(text, name).not.toBe("");
      expect(places(text), name).toEqual(places(TEXTS.en[name as keyof typeof TEXTS.en]));
    }
    expect(Object.keys(TEXTS[language]).sort()).toEqual(Object.keys(TEXTS.en).sort());
  });
});
