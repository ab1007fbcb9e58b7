import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type BasemapDocument,
  decodeArcs,
  decodeBasemap,
  firstZoom,
  joinRing,
  languageOf,
} from "../src/basemap/decode.ts";
import { parseDonut, slices } from "../src/map/donut.ts";
import { infoContent, infoRows, stackContent } from "../src/map/info.ts";
import { distanceText, levelText, translator } from "../src/map/labels.ts";
import { circle, selectionData } from "../src/map/layers.ts";
import { firstBounds, parseBounds, readOptions, tileUrl, withId } from "../src/map/options.ts";

const english = translator({});
const PLACE = { id: 7, name: "<img src=x onerror=alert(1)>", longitude: 121.5, latitude: 31.2 };

function packed(...bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes));
}

describe("base map", () => {
  it("reads arcs: count, then zigzag differences", () => {
    // two points (1, -1) and (0.936, 199): differences 1000, -1000, then -64, 200000 in thousandths
    const bytes = [2, 0xd0, 0x0f, 0xcf, 0x0f, 127, 0x80, 0xb5, 0x18];
    expect(decodeArcs(packed(...bytes), 1000)).toEqual([
      [
        [1, -1],
        [0.936, 199],
      ],
    ]);
  });
  it("joins rings, backwards where the number says so", () => {
    const arcs = [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
    ];
    expect(joinRing([0, ~1], arcs)).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });
  it("the committed file has closed rings in the world and cities with names", () => {
    const file = resolve(import.meta.dirname, "../../src/guanxi/places/data/basemap.json");
    const map = decodeBasemap(JSON.parse(readFileSync(file, "utf8")) as BasemapDocument, "ko");
    const rings = map.land.geometry.coordinates.flat();
    expect(rings.length).toBeGreaterThan(1000);
    for (const ring of rings) {
      expect(ring.at(0)).toEqual(ring.at(-1));
      expect(ring.every(([x = 999, y = 999]) => Math.abs(x) <= 180 && Math.abs(y) <= 90)).toBe(true);
    }
    const names = map.cities.features.map((city) => String(city.properties?.name));
    expect(names).toContain("서울");
    expect(names.every(Boolean)).toBe(true);
  });
  it.each([
    ["zh-CN", "zh-hans"],
    ["zh-Hans", "zh-hans"],
    ["zh-TW", "zh-hant"],
    ["zh-Hant-HK", "zh-hant"],
    ["ko-KR", "ko"],
    ["en-GB", "en"],
    ["fr", "en"],
    ["", "en"],
  ] as const)("language %s is %s", (tag, language) => expect(languageOf(tag)).toBe(language));
  it("names larger cities earlier", () => {
    expect(firstZoom(24_000)).toBeLessThan(firstZoom(600));
    expect(firstZoom(600)).toBeLessThan(firstZoom(60));
  });
});

describe("rings of tiers", () => {
  it("share a full turn", () => {
    const parts = slices([0, 4, 0, 12]);
    expect(parts).toEqual([
      { tier: 1, from: 0, to: 0.25 },
      { tier: 3, from: 0.25, to: 1 },
    ]);
    expect(slices([0, 0])).toEqual([{ tier: 0, from: 0, to: 1 }]);
  });
  it("are named by size and shares", () => {
    expect(parseDonut("donut/36/0,4,12,0,0,0")).toEqual({ pixels: 36, parts: [0, 4, 12, 0, 0, 0] });
    expect(parseDonut("marker")).toBeUndefined();
  });
});

describe("information window", () => {
  it("is text, never markup", () => {
    const box = infoContent(
      { ...PLACE, address: "</script><b>x</b>", tier: { position: 1, name: "A" } },
      english,
      [],
    );
    expect(box.querySelector("img, b, script")).toBeNull();
    expect(box.textContent).toContain("<img src=x onerror=alert(1)>");
    expect(box.querySelector<HTMLElement>(".tier")?.dataset.tier).toBe("1");
  });
  it("leaves empty lines out and says level and accuracy in words", () => {
    expect(
      infoRows(
        {
          ...PLACE,
          phone: "138****0001",
          key_person: "",
          level: "township",
          accuracy_m: 1800,
          provider: "gazetteer",
        },
        english,
      ),
    ).toEqual([
      ["Phone", "138****0001"],
      ["Placed by", "township or neighbourhood · gazetteer"],
      ["Accuracy", "within 1.8 km"],
    ]);
  });
  it("lists customers on one spot", () => {
    const chosen: number[] = [];
    const box = stackContent(
      "2",
      [
        { id: 1, name: "甲" },
        { id: 2, name: PLACE.name, tier: { position: 9, name: "J" } },
      ],
      (id) => chosen.push(id),
    );
    box.querySelectorAll("button")[1]?.click();
    expect(chosen).toEqual([2]);
    expect(box.querySelector("img")).toBeNull();
  });
  it.each([
    [80, "80 m"],
    [999.6, "1000 m"],
    [1234, "1.2 km"],
    [35_200, "35 km"],
  ] as const)("%s metres are %s", (metres, text) => expect(distanceText(metres)).toBe(text));
  it("keeps an unknown level as it is", () => expect(levelText("planet", english)).toBe("planet"));
});

describe("options", () => {
  it("read four numbers or nothing", () => {
    expect(parseBounds("[1,2,3,4]")).toEqual([1, 2, 3, 4]);
    for (const wrong of [undefined, "", "[1,2,3]", '["a",1,2,3]', "{"])
      expect(parseBounds(wrong)).toBeUndefined();
  });
  it("a single spot gets room around it", () => {
    const [west, south, east, north] = firstBounds([120, 30, 120, 30]);
    expect(east - west).toBeCloseTo(0.02);
    expect(north - south).toBeCloseTo(0.02);
    expect(firstBounds(undefined)[0]).toBeLessThan(110);
  });
  it("make whole addresses with the condition encoded", () => {
    const tiles = "/tiles/{z}/{x}/{y}.mvt";
    expect(tileUrl({ tiles, where: "" }, "http://h", 0)).toBe("http://h/tiles/{z}/{x}/{y}.mvt");
    const url = tileUrl({ tiles, where: 'tier = "A" & name ~ "{z}"' }, "http://h", 2);
    expect(url).not.toContain("name ~");
    expect(new URL(url.replace("{z}/{x}/{y}", "1/2/3")).searchParams.get("where")).toBe(
      'tier = "A" & name ~ "{z}"',
    );
    expect(tileUrl({ tiles: "https://t/{z}/{x}/{y}?q=a", where: "b" }, "http://h", 0)).toBe(
      "https://t/{z}/{x}/{y}?q=a&where=b",
    );
    expect(withId("/map/info/{id}/", 7)).toBe("/map/info/7/");
  });
  it("have the contract's addresses by default", () => {
    expect(readOptions({}).tiles).toBe("/api/v1/map/tiles/{z}/{x}/{y}.mvt");
    expect(readOptions({ tiers: "nonsense" }).tiers).toEqual([]);
  });
});

describe("accuracy circle", () => {
  it.each([
    [0, 0],
    [116.4, 39.9],
    [126.98, 37.57],
    [10, 78],
  ])("keeps its distance at %s, %s", (longitude, latitude) => {
    const [ring] = circle(longitude, latitude, 1500).geometry.coordinates;
    for (const [x = 0, y = 0] of ring ?? []) {
      const [a, b] = [(latitude * Math.PI) / 180, (y * Math.PI) / 180];
      const half =
        Math.sin((b - a) / 2) ** 2 +
        Math.cos(a) * Math.cos(b) * Math.sin(((x - longitude) * Math.PI) / 180 / 2) ** 2;
      expect(2 * 6_371_008.8 * Math.asin(Math.sqrt(half))).toBeCloseTo(1500, 3); // haversine
    }
  });
  it("is left out when the accuracy is not known", () => {
    expect(selectionData(1, 2, null).features).toHaveLength(1);
    expect(selectionData(1, 2, 500).features).toHaveLength(2);
  });
});
