import "./worker.ts";
import {
  AttributionControl,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibreMap,
  NavigationControl,
  Popup,
  ScaleControl,
  type StyleSpecification,
  type VectorTileSource,
} from "maplibre-gl";
import { isDark } from "../app/theme.ts";
import { toast } from "../app/toast.ts";
import { type Basemap, type BasemapDocument, decodeBasemap, languageOf } from "../basemap/decode.ts";
import { basemapStyle, palette } from "../basemap/style.ts";
import { bordersControl } from "./borders.ts";
import { drawDonuts } from "./donut.ts";
import { element, infoContent, type PlaceInfo, stackContent } from "./info.ts";
import { pageTranslator, type Translate } from "./labels.ts";
import {
  CLUSTER_LAYER,
  POINT_LAYER,
  pointLayers,
  selectionData,
  selectionParts,
  TILE_FIELDS,
} from "./layers.ts";
import { startMove } from "./move.ts";
import { type Bounds, firstBounds, type MapOptions, readOptions, tileUrl, withId } from "./options.ts";

const LAST_TILE_ZOOM = 20;
/** Nearer than this the base map shows nothing to find one's way by. */
const NEAREST_FIT = 12;
const ATTRIBUTION = "GeoNames CC BY 4.0 · Natural Earth";

/** The map of customers on a page: server-made clusters, information windows, pins that can be moved. */
export class CustomerMap {
  readonly map: MapLibreMap;
  private readonly translate: Translate = pageTranslator();
  private readonly popup = new Popup({ maxWidth: "320px", offset: 12, focusAfterOpen: false });
  private readonly known = new Map<number, PlaceInfo>();
  private revision = 0;
  private borders = true;
  private pinned = false;
  private hoverTimer = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly basemap: Basemap,
    private readonly options: MapOptions,
  ) {
    this.map = new MapLibreMap({
      container: host,
      style: this.style(),
      bounds: firstBounds(options.bounds),
      fitBoundsOptions: { padding: 48, maxZoom: NEAREST_FIT },
      hash: "map",
      maxZoom: 19,
      attributionControl: false,
      pitchWithRotate: false,
      dragRotate: false,
    });
    drawDonuts(this.map, () => palette(isDark()));
    this.map.on("idle", () => {
      host.dataset.state = "idle";
    });
    this.addControls();
    this.listen();
  }

  private style(): StyleSpecification {
    const colours = palette(isDark());
    const style = basemapStyle(this.basemap, colours, this.borders);
    const selection = selectionParts(colours);
    style.sources.points = { type: "vector", tiles: [this.tiles()], maxzoom: LAST_TILE_ZOOM };
    Object.assign(style.sources, selection.sources);
    const [area, ring] = selection.layers;
    if (area) style.layers.push(area);
    style.layers.push(...pointLayers({ source: "points", "source-layer": "points" }, TILE_FIELDS, colours));
    if (ring) style.layers.push(ring);
    return style;
  }

  private tiles(): string {
    return tileUrl(this.options, window.location.origin, this.revision);
  }

  private addControls(): void {
    const { translate } = this;
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(
      bordersControl(translate("borders"), translate("bordersNote"), (shown) => {
        this.borders = shown;
        this.map.setLayoutProperty("borders", "visibility", shown ? "visible" : "none");
      }),
      "top-right",
    );
    this.map.addControl(new ScaleControl({}), "bottom-left");
    this.map.addControl(
      new AttributionControl({ compact: false, customAttribution: ATTRIBUTION }),
      "bottom-right",
    );
  }

  private listen(): void {
    const { map } = this;
    map.on("click", POINT_LAYER, ({ features }) => {
      const id = features?.[0]?.id;
      if (id !== undefined) void this.openPlace(Number(id), true);
    });
    map.on("click", CLUSTER_LAYER, ({ features }) => features?.[0] && this.openCluster(features[0]));
    for (const layer of [POINT_LAYER, CLUSTER_LAYER]) {
      map.on("mouseenter", layer, () => map.getCanvas().classList.add("is-pointing"));
      map.on("mouseleave", layer, () => map.getCanvas().classList.remove("is-pointing"));
    }
    map.on("mousemove", POINT_LAYER, ({ features }) => this.hover(features?.[0]));
    map.on("mouseleave", POINT_LAYER, () => this.leave());
    this.popup.on("close", () => this.unselect());
    // A style that is only compared with the old one would keep the rings in the colours of the other theme.
    document.addEventListener("guanxi:theme", () => map.setStyle(this.style(), { diff: false }));
    document.addEventListener("guanxi:where", (event) =>
      this.filter((event as CustomEvent<{ where: string; bounds?: Bounds }>).detail),
    );
    document.addEventListener(
      "guanxi:place",
      (event) => void this.flyTo((event as CustomEvent<{ id: number }>).detail.id),
    );
    document.addEventListener("click", (event) => {
      const place = (event.target as Element).closest<HTMLElement>("[data-place]")?.dataset.place;
      if (place) void this.flyTo(Number(place));
    });
  }

  /** Shows only what fits the condition; moves there when bounds come with it. */
  filter({ where, bounds }: { where: string; bounds?: Bounds }): void {
    this.options.where = where;
    this.refresh();
    if (bounds) this.map.fitBounds(firstBounds(bounds), { padding: 48, maxZoom: NEAREST_FIT });
  }

  private refresh(): void {
    this.popup.remove();
    this.map.getSource<VectorTileSource>("points")?.setTiles([this.tiles()]);
  }

  private hover(feature: MapGeoJSONFeature | undefined): void {
    window.clearTimeout(this.hoverTimer);
    if (this.pinned || feature?.id === undefined || !window.matchMedia("(hover: hover)").matches) return;
    const id = Number(feature.id);
    this.hoverTimer = window.setTimeout(() => void this.openPlace(id, false), 220);
  }

  private leave(): void {
    window.clearTimeout(this.hoverTimer);
    if (!this.pinned) this.popup.remove();
  }

  private openCluster(feature: MapGeoJSONFeature): void {
    if (feature.geometry.type !== "Point") return;
    const { coordinates } = feature.geometry;
    const centre: [number, number] = [coordinates[0] ?? 0, coordinates[1] ?? 0];
    const split = Number(feature.properties.split ?? 0);
    const stack = String(feature.properties.stack ?? "");
    if (split > 0 && this.map.getZoom() < this.map.getMaxZoom() - 0.1) {
      const zoom = Math.max(this.map.getZoom() + 1, Math.min(split, this.map.getMaxZoom()));
      this.map.easeTo({ center: centre, zoom });
    } else if (stack)
      void this.openStack(stack.split(",").map(Number), Number(feature.properties.count), centre);
  }

  private async openStack(ids: number[], count: number, centre: [number, number]): Promise<void> {
    const items = this.options.stackUrl ? await this.fetchStack(ids) : await this.fetchEach(ids.slice(0, 20));
    const title = this.translate("customersHere", { count });
    this.pinned = true;
    this.popup
      .setLngLat(centre)
      .setDOMContent(stackContent(title, items, (id) => void this.openPlace(id, true)))
      .addTo(this.map);
  }

  private async fetchStack(ids: number[]): Promise<PlaceInfo[]> {
    const answer = await fetch(`${this.options.stackUrl}?ids=${ids.join(",")}`).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as { items: PlaceInfo[] }).items : [];
  }

  private async fetchEach(ids: number[]): Promise<PlaceInfo[]> {
    const infos = await Promise.all(ids.map((id) => this.info(id)));
    return infos.filter((info) => info !== undefined);
  }

  private async info(id: number): Promise<PlaceInfo | undefined> {
    const kept = this.known.get(id);
    if (kept) return kept;
    const answer = await fetch(withId(this.options.infoUrl, id), {
      headers: { Accept: "application/json" },
    }).catch(() => undefined);
    if (!answer?.ok) return undefined;
    const info = (await answer.json()) as PlaceInfo;
    this.known.set(id, info);
    return info;
  }

  /** Moves to a place and opens its window. */
  async flyTo(id: number): Promise<void> {
    const info = await this.info(id);
    if (!info) return;
    this.map.easeTo({ center: [info.longitude, info.latitude], zoom: Math.max(this.map.getZoom(), 11) });
    await this.openPlace(id, true);
  }

  private async openPlace(id: number, pinned: boolean): Promise<void> {
    const info = await this.info(id);
    if (!info) {
      if (pinned) toast({ message: this.translate("noInfo"), kind: "bad" });
      return;
    }
    this.popup.remove();
    this.pinned = pinned;
    const actions = info.url ? [{ label: this.translate("open"), href: info.url }] : [];
    const move = { label: this.translate("movePin"), run: () => this.move(info) };
    this.popup
      .setLngLat([info.longitude, info.latitude])
      .setDOMContent(infoContent(info, this.translate, info.can_edit ? [...actions, move] : actions))
      .addTo(this.map);
    this.select(info);
    this.host.dispatchEvent(new CustomEvent("guanxi:opened", { bubbles: true, detail: { id } }));
  }

  private move(info: PlaceInfo): void {
    this.popup.remove();
    startMove(this.map, info, withId(this.options.placeUrl, info.id), this.translate, () => {
      this.known.delete(info.id);
      this.revision += 1;
      this.refresh();
      void this.openPlace(info.id, true);
    });
  }

  private select(info: PlaceInfo): void {
    this.map
      .getSource<GeoJSONSource>("selected")
      ?.setData(selectionData(info.longitude, info.latitude, info.accuracy_m ?? null));
  }

  private unselect(): void {
    this.pinned = false;
    this.map.getSource<GeoJSONSource>("selected")?.setData({ type: "FeatureCollection", features: [] });
  }
}

/** Puts the map into `host`, or a message where the browser cannot draw it. */
export async function mountMap(host: HTMLElement): Promise<CustomerMap | undefined> {
  const options = readOptions(host.dataset);
  const answer = await fetch(options.basemap);
  const basemap = decodeBasemap(
    (await answer.json()) as BasemapDocument,
    languageOf(document.documentElement.lang),
  );
  try {
    return new CustomerMap(host, basemap, options);
  } catch {
    host.replaceChildren(fallback(options, pageTranslator()));
    return undefined;
  }
}

function fallback(options: MapOptions, translate: Translate): HTMLElement {
  const box = element("div", "map-fallback");
  box.append(element("p", "", translate("noWebgl")));
  if (options.listUrl) {
    const link = element("a", "btn", translate("openList"));
    link.href = options.listUrl;
    box.append(link);
  }
  return box;
}
