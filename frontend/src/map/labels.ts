import { fill, readLabels } from "../app/labels.ts";

/** English texts of the map; a page replaces them with `<script type="application/json" id="map-labels">`. */
export const ENGLISH = {
  accuracy: "Accuracy",
  accuracyWithin: "within {distance}",
  address: "Address",
  amount: "Amount",
  borders: "Borders",
  bordersNote: "Borders are de facto (Natural Earth) and not an official map of any country.",
  cancelMove: "Cancel",
  city: "city",
  county: "county or district",
  customersHere: "{count} customers on this spot",
  file: "the file",
  fitAll: "Show all",
  gazetteer: "gazetteer",
  house: "house",
  keyPerson: "Key person",
  level: "Placed by",
  loading: "Loading …",
  manual: "hand",
  moveFailed: "The pin was not moved.",
  moveHint: "Drag the pin to the right place.",
  movePin: "Move pin",
  moveStale: "Somebody else has changed this place meanwhile. Open it again.",
  moved: "Pin moved",
  noWebgl: "This browser cannot draw the map (WebGL is missing). The list shows the same customers.",
  noInfo: "Nothing is known about this place, or you may not see it.",
  open: "Open",
  openList: "Open the list",
  phone: "Phone",
  province: "province",
  size: "People",
  street: "street",
  tierNone: "No tier",
  township: "township or neighbourhood",
  undo: "Undo",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
} as const;

export type MapLabel = keyof typeof ENGLISH;
export type Translate = (name: MapLabel, values?: Record<string, string | number>) => string;

/** A translator over `texts`, English where a text is missing. */
export function translator(texts: Partial<Record<string, string>>): Translate {
  return (name, values = {}) => fill(texts[name] ?? ENGLISH[name], values);
}

/** The translator of this page. */
export function pageTranslator(): Translate {
  return translator(readLabels(document.getElementById("map-labels")?.textContent));
}

/** The name of a geocoding level or of who found it, in the page's language; unknown ones as they are. */
export function levelText(level: string, translate: Translate): string {
  return level in ENGLISH ? translate(level as MapLabel) : level;
}

/** Metres as people say them: "80 m", "1.2 km", "35 km". */
export function distanceText(metres: number): string {
  if (metres < 1000) return `${Math.round(metres)} m`;
  const kilometres = metres / 1000;
  return `${kilometres < 10 ? Math.round(kilometres * 10) / 10 : Math.round(kilometres)} km`;
}
