import type { Feature, FeatureCollection, MultiPolygon, Point, Position } from "geojson";

export type Language = "en" | "zh-hans" | "zh-hant" | "ko";
/** longitude, latitude, population in thousands, then the name in English, 简体, 繁體, 한국어. */
export type City = [number, number, number, string, string, string, string];

/** The document that `scripts/build_basemap.py` writes. */
export interface BasemapDocument {
  attribution: string;
  unit: number;
  arcs: string;
  land: number[][][];
  borders: number[];
  cities: City[];
}

export interface Basemap {
  land: Feature<MultiPolygon>;
  borders: Feature;
  cities: FeatureCollection<Point>;
}

/** Points of every arc in degrees, from base64 of zigzag varints (see `scripts/build_basemap.py`). */
export function decodeArcs(packed: string, unit: number): Position[][] {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const arcs: Position[][] = [];
  let at = 0;
  const read = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  const signed = (): number => {
    const value = read();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  while (at < bytes.length) {
    let x = 0;
    let y = 0;
    const count = read();
    arcs.push(
      Array.from({ length: count }, () => {
        x += signed();
        y += signed();
        return [x / unit, y / unit];
      }),
    );
  }
  return arcs;
}

/** Joins the arcs of a ring; `~n` is arc n backwards. Neighbours share a point, which is kept once. */
export function joinRing(numbers: readonly number[], arcs: readonly Position[][]): Position[] {
  const ring: Position[] = [];
  for (const number of numbers) {
    const arc = number < 0 ? (arcs[~number] ?? []).toReversed() : (arcs[number] ?? []);
    ring.push(...(ring.length > 0 ? arc.slice(1) : arc));
  }
  return ring;
}

const NAME_COLUMN: Readonly<Record<Language, 3 | 4 | 5 | 6>> = { en: 3, "zh-hans": 4, "zh-hant": 5, ko: 6 };

/** The language of a page for names of cities, from a BCP 47 tag. */
export function languageOf(tag: string): Language {
  const lower = tag.toLowerCase();
  if (lower.startsWith("ko")) return "ko";
  if (!lower.startsWith("zh")) return "en";
  return /hant|-tw|-hk|-mo/.test(lower) ? "zh-hant" : "zh-hans";
}

/** GeoJSON of the base map with the names of cities in one language. */
export function decodeBasemap(document: BasemapDocument, language: Language): Basemap {
  const arcs = decodeArcs(document.arcs, document.unit);
  return {
    land: {
      type: "Feature",
      properties: {},
      geometry: {
        type: "MultiPolygon",
        coordinates: document.land.map((polygon) => polygon.map((ring) => joinRing(ring, arcs))),
      },
    },
    borders: {
      type: "Feature",
      properties: {},
      geometry: {
        type: "MultiLineString",
        coordinates: document.borders.map((number) => arcs[number] ?? []),
      },
    },
    cities: {
      type: "FeatureCollection",
      features: document.cities.map((city) => cityFeature(city, language)),
    },
  };
}

function cityFeature(city: City, language: Language): Feature<Point> {
  const [longitude, latitude, thousands] = city;
  return {
    type: "Feature",
    properties: {
      name: city[NAME_COLUMN[language]] || city[3],
      order: -thousands,
      from: firstZoom(thousands),
    },
    geometry: { type: "Point", coordinates: [longitude, latitude] },
  };
}

/** From which zoom a city of so many thousand people is named. */
export function firstZoom(thousands: number): number {
  const steps: [number, number][] = [
    [5000, 2],
    [2000, 3.5],
    [1000, 4.5],
    [500, 5.5],
    [200, 6.5],
    [100, 7.5],
    [40, 8.5],
  ];
  return steps.find(([people]) => thousands >= people)?.[1] ?? 9.3;
}
