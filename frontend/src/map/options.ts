export type Bounds = [west: number, south: number, east: number, north: number];

/** What the page says about its map, from the `data-` attributes of the element. */
export interface MapOptions {
  tiles: string;
  where: string;
  basemap: string;
  infoUrl: string;
  stackUrl: string;
  placeUrl: string;
  listUrl: string;
  bounds: Bounds | undefined;
  tiers: { position: number; name: string }[];
}

const EAST_ASIA: Bounds = [98, 20, 132, 44];

/** Reads the options; missing ones get the addresses of the contract. */
export function readOptions(data: DOMStringMap): MapOptions {
  return {
    tiles: data.tiles ?? "/api/v1/map/tiles/{z}/{x}/{y}.mvt",
    where: data.where ?? "",
    basemap: data.basemap ?? "/static/islands/basemap.json",
    infoUrl: data.infoUrl ?? "/map/info/{id}/",
    stackUrl: data.stackUrl ?? "",
    placeUrl: data.placeUrl ?? "/api/v1/places/{id}",
    listUrl: data.listUrl ?? "",
    bounds: parseBounds(data.bounds),
    tiers: parseTiers(data.tiers),
  };
}

/** Four numbers as JSON; undefined for anything else. */
export function parseBounds(source: string | undefined): Bounds | undefined {
  const parsed = parseJson(source);
  const fits = Array.isArray(parsed) && parsed.length === 4 && parsed.every((edge) => Number.isFinite(edge));
  return fits ? (parsed as Bounds) : undefined;
}

/** The bounds to begin with: those given, widened when they are a single spot, else East Asia. */
export function firstBounds(bounds: Bounds | undefined): Bounds {
  if (!bounds) return EAST_ASIA;
  const [west, south, east, north] = bounds;
  const room = Math.max(0, 0.02 - (east - west)) / 2;
  return [west - room, Math.max(-85, south - room), east + room, Math.min(85, north + room)];
}

function parseTiers(source: string | undefined): MapOptions["tiers"] {
  const parsed = parseJson(source);
  return Array.isArray(parsed) ? (parsed as MapOptions["tiers"]) : [];
}

function parseJson(source: string | undefined): unknown {
  try {
    return JSON.parse(source ?? "null");
  } catch {
    return null;
  }
}

/** The absolute address of the tiles with the filter; a worker has no page address to complete a relative one. */
export function tileUrl(
  options: Pick<MapOptions, "tiles" | "where">,
  origin: string,
  revision: number,
): string {
  const query = new URLSearchParams();
  if (options.where) query.set("where", options.where);
  if (revision > 0) query.set("revision", String(revision));
  const address = options.tiles.startsWith("/") ? origin + options.tiles : options.tiles;
  if (query.size === 0) return address;
  return `${address}${address.includes("?") ? "&" : "?"}${query}`;
}

/** An address template with `{id}` filled in. */
export function withId(template: string, id: number): string {
  return template.replace("{id}", String(id));
}
