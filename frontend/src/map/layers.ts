import type { Feature, FeatureCollection, Polygon } from "geojson";
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { BOLD_FONT, type Palette, tierColour } from "../basemap/style.ts";
import { donutImage, TIER_SLOTS } from "./donut.ts";

export const POINT_LAYER = "point";
export const CLUSTER_LAYER = "cluster";
const NOWHERE: FeatureCollection = { type: "FeatureCollection", features: [] };

/** How a source of points says what the layers need. */
export interface PointFields {
  isCluster: ExpressionSpecification;
  count: ExpressionSpecification;
  tier: ExpressionSpecification;
  share: (tier: number) => ExpressionSpecification;
}

/** Fields of the server's tiles (`cluster_layer` in `places/calc/clusters.py`). */
export const TILE_FIELDS: PointFields = {
  isCluster: [">", ["get", "count"], 1],
  count: ["get", "count"],
  tier: ["get", "tier"],
  share: (tier) => ["coalesce", ["get", `t${tier}`], 0],
};

/** Layers of points and clusters over `source`. */
export function pointLayers(
  source: { source: string; "source-layer"?: string },
  fields: PointFields,
  colours: Palette,
): LayerSpecification[] {
  const colour = [
    "match",
    fields.tier,
    ...tierPairs(colours),
    colours.tiers[0],
  ] as unknown as ExpressionSpecification;
  return [
    {
      id: POINT_LAYER,
      type: "circle",
      ...source,
      filter: ["!", fields.isCluster],
      layout: { "circle-sort-key": ["-", 0, fields.tier] },
      paint: {
        "circle-color": colour,
        "circle-radius": ["match", fields.tier, 1, 7.5, 2, 6.5, 5.5],
        "circle-stroke-color": colours.paper,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: CLUSTER_LAYER,
      type: "symbol",
      ...source,
      filter: fields.isCluster,
      layout: {
        "icon-image": donutImage(fields.count, fields.share),
        "icon-allow-overlap": true,
        "text-field": shortCount(fields.count),
        "text-font": BOLD_FONT,
        "text-size": 12,
        "text-allow-overlap": true,
        "symbol-sort-key": fields.count,
      },
      paint: { "text-color": colours.ink },
    },
  ];
}

function tierPairs(colours: Palette): (number | string)[] {
  return Array.from({ length: TIER_SLOTS - 1 }, (_unused, index) => [
    index + 1,
    tierColour(colours, index + 1),
  ]).flat();
}

/** 950, 1.2k, 35k, 1.1M */
function shortCount(count: ExpressionSpecification): ExpressionSpecification {
  const scaled = (by: number, tenth: boolean, unit: string): unknown => [
    "concat",
    ["to-string", tenth ? ["/", ["round", ["/", count, by / 10]], 10] : ["round", ["/", count, by]]],
    unit,
  ];
  return [
    "step",
    count,
    ["to-string", count],
    1000,
    scaled(1e3, true, "k"),
    10_000,
    scaled(1e3, false, "k"),
    1_000_000,
    scaled(1e6, true, "M"),
  ] as unknown as ExpressionSpecification;
}

/** The ring of the chosen point and the circle of its accuracy; both empty until `showSelected`. */
export function selectionParts(colours: Palette): Pick<StyleSpecification, "sources" | "layers"> {
  return {
    sources: { selected: { type: "geojson", data: NOWHERE } },
    layers: [
      {
        id: "accuracy",
        type: "fill",
        source: "selected",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": colours.focus, "fill-opacity": 0.12, "fill-outline-color": colours.focus },
      },
      {
        id: "selected",
        type: "circle",
        source: "selected",
        filter: ["==", ["geometry-type"], "Point"],
        paint: {
          "circle-radius": 10,
          "circle-color": "rgba(0,0,0,0)",
          "circle-stroke-color": colours.ink,
          "circle-stroke-width": 2,
        },
      },
    ],
  };
}

/** GeoJSON of a chosen point with its accuracy circle (metres; none when unknown). */
export function selectionData(
  longitude: number,
  latitude: number,
  accuracy: number | null,
): FeatureCollection {
  const point: Feature = {
    type: "Feature",
    properties: {},
    geometry: { type: "Point", coordinates: [longitude, latitude] },
  };
  return {
    type: "FeatureCollection",
    features: accuracy ? [circle(longitude, latitude, accuracy), point] : [point],
  };
}

const EARTH_RADIUS = 6_371_008.8;

/** A circle of `metres` about a point, as 64 corners on the sphere (mean earth radius, IUGG). */
export function circle(longitude: number, latitude: number, metres: number): Feature<Polygon> {
  const angle = metres / EARTH_RADIUS;
  const phi = (latitude * Math.PI) / 180;
  const corners = Array.from({ length: 65 }, (_unused, step) => {
    const bearing = (step / 64) * 2 * Math.PI;
    const y = Math.asin(
      Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing),
    );
    const x = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(phi),
      Math.cos(angle) - Math.sin(phi) * Math.sin(y),
    );
    return [longitude + (x * 180) / Math.PI, (y * 180) / Math.PI];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [corners] } };
}
