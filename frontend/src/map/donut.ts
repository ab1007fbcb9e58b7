import type { ExpressionSpecification, Map as MapLibreMap } from "maplibre-gl";
import { type Palette, tierColour } from "../basemap/style.ts";

const PREFIX = "donut/";
const PARTS = 16;
export const TIER_SLOTS = 6;
const SIZES: readonly [upTo: number, pixels: number][] = [
  [9, 30],
  [99, 36],
  [999, 44],
  [9999, 52],
  [Number.POSITIVE_INFINITY, 60],
];

/** An arc of the ring: tier position and where it begins and ends, in turns (0 … 1). */
export interface Slice {
  tier: number;
  from: number;
  to: number;
}

/** The slices of a ring for sixteenths of each tier; what rounding took or added is shared out in proportion. */
export function slices(sixteenths: readonly number[]): Slice[] {
  const total = sixteenths.reduce((sum, part) => sum + part, 0);
  if (total === 0) return [{ tier: 0, from: 0, to: 1 }];
  let at = 0;
  return sixteenths.flatMap((part, tier) => {
    if (part === 0) return [];
    const from = at;
    at += part / total;
    return [{ tier, from, to: at }];
  });
}

/** The name of a ring's image: its diameter in pixels and sixteenths of each tier. */
export function donutImage(
  count: ExpressionSpecification,
  share: (tier: number) => ExpressionSpecification,
): ExpressionSpecification {
  const steps = SIZES.flatMap(([upTo, pixels], index) =>
    index === 0 ? [pixels] : [(SIZES[index - 1]?.[0] ?? upTo) + 1, pixels],
  );
  const parts = Array.from({ length: TIER_SLOTS }, (_unused, tier): unknown[] => [
    tier === 0 ? "" : ",",
    ["ceil", ["/", ["*", PARTS, share(tier)], count]],
  ]);
  return [
    "concat",
    PREFIX,
    ["step", count, ...steps],
    "/",
    ...parts.flat(),
  ] as unknown as ExpressionSpecification;
}

/** Reads the name of a ring's image; undefined for other images. */
export function parseDonut(name: string): { pixels: number; parts: number[] } | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const [pixels, parts] = name.slice(PREFIX.length).split("/");
  return { pixels: Number(pixels), parts: (parts ?? "").split(",").map(Number) };
}

/** Draws rings when the map asks for them; the colours are those of the moment. */
export function drawDonuts(map: MapLibreMap, colours: () => Palette): void {
  map.setMissingStyleImageResolver(async (id) => {
    const wanted = parseDonut(id);
    if (wanted && !map.hasImage(id)) {
      map.addImage(id, draw(wanted.pixels, wanted.parts, colours()), { pixelRatio: 2 });
    }
  });
}

function draw(pixels: number, parts: readonly number[], colours: Palette): ImageData {
  const size = pixels * 2;
  const context = new OffscreenCanvas(size, size).getContext("2d");
  if (!context) throw new Error("no 2d canvas");
  const middle = size / 2;
  const ring = 9;
  context.fillStyle = colours.paper;
  context.beginPath();
  context.arc(middle, middle, middle - 1, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = ring;
  for (const slice of slices(parts)) {
    context.strokeStyle = tierColour(colours, slice.tier);
    context.beginPath();
    context.arc(
      middle,
      middle,
      middle - 3 - ring / 2,
      (slice.from - 0.25) * 2 * Math.PI,
      (slice.to - 0.25) * 2 * Math.PI,
    );
    context.stroke();
  }
  return context.getImageData(0, 0, size, size);
}
