import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Basemap } from "./decode.ts";

/** Colours of the map for one theme; tiers are indexed by position, 0 for none. */
export interface Palette {
  water: string;
  land: string;
  coast: string;
  border: string;
  city: string;
  halo: string;
  ink: string;
  paper: string;
  focus: string;
  tiers: string[];
}

const LIGHT: Palette = {
  water: "#dde6ea",
  land: "#faf8f3",
  coast: "#c3cfd5",
  border: "#c9c2b4",
  city: "#6a737c",
  halo: "#fbfaf7",
  ink: "#1f2933",
  paper: "#ffffff",
  focus: "#2b6cb0",
  tiers: ["#8b939c", "#0b5a97", "#0f8a6c", "#b97d00", "#77808b", "#7a5a8e"],
};
const DARK: Palette = {
  water: "#10161c",
  land: "#1c232b",
  coast: "#2d3843",
  border: "#3d4854",
  city: "#98a1aa",
  halo: "#14181d",
  ink: "#e6e4df",
  paper: "#14181d",
  focus: "#6aa5e0",
  tiers: ["#6c757f", "#62aee6", "#35c39c", "#e8b33f", "#98a1ab", "#bf9fd2"],
};

/** The colours for a dark or a light page. */
export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

/** The colour of a tier by its position; positions beyond the fifth share its colour. */
export function tierColour(colours: Palette, tier: number): string {
  return colours.tiers[Math.min(tier, colours.tiers.length - 1)] ?? colours.ink;
}

/** Font stacks that the browser draws itself: no glyphs are fetched from anywhere; the name says the weight. */
export const FONT = ["Inter Variable"];
export const BOLD_FONT = ["Inter Bold"];

/** A style of land, coast, borders (when wanted) and names of cities; nothing in it is loaded from a network. */
export function basemapStyle(basemap: Basemap, colours: Palette, borders: boolean): StyleSpecification {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: basemap.land, maxzoom: 8, tolerance: 0.3 },
      borders: { type: "geojson", data: basemap.borders, maxzoom: 8, tolerance: 0.3 },
      cities: { type: "geojson", data: basemap.cities, maxzoom: 8 },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colours.water } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land } },
      {
        id: "coast",
        type: "line",
        source: "land",
        paint: { "line-color": colours.coast, "line-width": 0.8 },
      },
      {
        id: "borders",
        type: "line",
        source: "borders",
        layout: { visibility: borders ? "visible" : "none" },
        paint: { "line-color": colours.border, "line-width": 0.9, "line-dasharray": [3, 2] },
      },
      cityLayer(colours),
    ],
  };
}

function cityLayer(colours: Palette): LayerSpecification {
  return {
    id: "cities",
    type: "symbol",
    source: "cities",
    filter: [">=", ["zoom"], ["get", "from"]],
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 2, 11, 8, 13],
      "symbol-sort-key": ["get", "order"],
      "text-padding": 6,
      // A town under a cluster is named beside it.
      "text-variable-anchor": ["center", "bottom", "top", "left", "right"],
      "text-radial-offset": 1.5,
    },
    paint: { "text-color": colours.city, "text-halo-color": colours.halo, "text-halo-width": 1.2 },
  };
}
