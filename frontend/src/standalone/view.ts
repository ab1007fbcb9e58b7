import type { Feature, FeatureCollection, Point } from "geojson";
import {
  AttributionControl,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibreMap,
  NavigationControl,
  Popup,
  ScaleControl,
  type StyleSpecification,
} from "maplibre-gl";
import type { Basemap } from "../basemap/decode.ts";
import { basemapStyle, palette } from "../basemap/style.ts";
import { bordersControl } from "../map/borders.ts";
import { drawDonuts, TIER_SLOTS } from "../map/donut.ts";
import { infoContent, type PlaceInfo, stackContent } from "../map/info.ts";
import type { Translate } from "../map/labels.ts";
import {
  CLUSTER_LAYER,
  POINT_LAYER,
  type PointFields,
  pointLayers,
  selectionData,
  selectionParts,
} from "../map/layers.ts";
import { firstBounds } from "../map/options.ts";
import { boundsOf, type Customer } from "./data.ts";

const CLUSTER_UNTIL = 15;
const STACK_SIZE = 60;

/** Fields of MapLibre's own clusters, with the number of each tier summed up. */
const CLUSTER_FIELDS: PointFields = {
  isCluster: ["has", "point_count"],
  count: ["get", "point_count"],
  tier: ["get", "tier"],
  share: (tier) => ["get", `t${tier}`],
};

const TIER_SUMS = Object.fromEntries(
  Array.from({ length: TIER_SLOTS }, (_unused, tier) => [
    `t${tier}`,
    ["+", ["case", ["==", ["get", "tier"], tier], 1, 0]],
  ]),
);

/** GeoJSON of the placed customers. */
export function pointsOf(customers: readonly Customer[]): FeatureCollection<Point> {
  const features: Feature<Point>[] = [];
  for (const { index, longitude, latitude, tier } of customers) {
    if (longitude === null || latitude === null) continue;
    const coordinates = [longitude, latitude];
    features.push({
      type: "Feature",
      id: index,
      properties: { tier: Math.min(tier, 5) },
      geometry: { type: "Point", coordinates },
    });
  }
  return { type: "FeatureCollection", features };
}

/** The map of the file: clusters made in the browser, nothing fetched. */
export class MapView {
  readonly map: MapLibreMap;
  private readonly popup = new Popup({ maxWidth: "320px", offset: 12, focusAfterOpen: false });
  private shown: readonly Customer[];

  constructor(
    host: HTMLElement,
    private readonly basemap: Basemap,
    private readonly customers: readonly Customer[],
    private readonly tierNames: ReadonlyMap<number, string>,
    private readonly translate: Translate,
    private readonly dark: () => boolean,
  ) {
    this.shown = customers;
    this.map = new MapLibreMap({
      container: host,
      style: this.style(),
      bounds: firstBounds(boundsOf(customers)),
      fitBoundsOptions: { padding: 48, maxZoom: 14 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 19,
      canvasContextAttributes: { preserveDrawingBuffer: true }, // so that the map is on the printed page
    });
    drawDonuts(this.map, () => palette(this.dark()));
    this.map.on("idle", () => {
      host.dataset.state = "idle";
    });
    this.addControls();
    this.listen();
  }

  private style(): StyleSpecification {
    const colours = palette(this.dark());
    const style = basemapStyle(this.basemap, colours, true);
    const selection = selectionParts(colours);
    Object.assign(style.sources, selection.sources);
    style.sources.points = {
      type: "geojson",
      data: pointsOf(this.shown),
      cluster: true,
      clusterRadius: 52,
      clusterMaxZoom: CLUSTER_UNTIL,
      maxzoom: 18,
      clusterProperties: TIER_SUMS,
    };
    const [area, ring] = selection.layers;
    style.layers.push(
      ...(area ? [area] : []),
      ...pointLayers({ source: "points" }, CLUSTER_FIELDS, colours),
      ...(ring ? [ring] : []),
    );
    return style;
  }

  private addControls(): void {
    const { translate } = this;
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    const toggle = (shown: boolean): unknown =>
      this.map.setLayoutProperty("borders", "visibility", shown ? "visible" : "none");
    this.map.addControl(bordersControl(translate("borders"), translate("bordersNote"), toggle), "top-right");
    this.map.addControl(new ScaleControl({}), "bottom-left");
    this.map.addControl(
      new AttributionControl({ compact: false, customAttribution: "GeoNames CC BY 4.0 · Natural Earth" }),
      "bottom-right",
    );
  }

  private listen(): void {
    const { map } = this;
    map.on("click", POINT_LAYER, ({ features = [] }) => this.openAll(this.customersOf(features)));
    map.on("click", CLUSTER_LAYER, ({ features }) => features?.[0] && void this.openCluster(features[0]));
    for (const layer of [POINT_LAYER, CLUSTER_LAYER]) {
      map.on("mouseenter", layer, () => map.getCanvas().classList.add("is-pointing"));
      map.on("mouseleave", layer, () => map.getCanvas().classList.remove("is-pointing"));
    }
    this.popup.on("close", () => this.mark(undefined));
  }

  private customersOf(features: readonly { id?: number | string | undefined }[]): Customer[] {
    const indices = new Set(features.map(({ id }) => Number(id)));
    return [...indices].flatMap((index) => this.customers[index] ?? []);
  }

  private async openCluster(feature: MapGeoJSONFeature): Promise<void> {
    const source = this.map.getSource<GeoJSONSource>("points");
    if (!source || feature.geometry.type !== "Point") return;
    const [longitude = 0, latitude = 0] = feature.geometry.coordinates;
    const cluster = Number(feature.properties.cluster_id);
    const zoom = await source.getClusterExpansionZoom(cluster);
    if (zoom <= CLUSTER_UNTIL) {
      this.map.easeTo({ center: [longitude, latitude], zoom: Math.min(zoom + 0.3, 18) });
      return;
    }
    const leaves = await source.getClusterLeaves(cluster, STACK_SIZE, 0);
    this.openStack(this.customersOf(leaves), Number(feature.properties.point_count), [longitude, latitude]);
  }

  private openAll(found: Customer[]): void {
    const [first] = found;
    if (!first || first.longitude === null || first.latitude === null) return;
    if (found.length === 1) this.open(first);
    else this.openStack(found, found.length, [first.longitude, first.latitude]);
  }

  private openStack(found: Customer[], count: number, at: [number, number]): void {
    const items = found.map((customer) => ({
      id: customer.index,
      name: customer.name,
      tier: this.tierOf(customer),
    }));
    const choose = (id: number): void => {
      const customer = this.customers[id];
      if (customer) this.open(customer);
    };
    this.popup
      .setLngLat(at)
      .setDOMContent(stackContent(this.translate("customersHere", { count }), items, choose))
      .addTo(this.map);
  }

  private tierOf(customer: Customer): { position: number; name: string } | null {
    const { tier } = customer;
    return tier > 0 ? { position: tier, name: this.tierNames.get(tier) ?? String(tier) } : null;
  }

  /** Opens the window of a customer, at `spot` when another place than its own is looked at. */
  open(customer: Customer, spot?: { longitude: number; latitude: number; level: string }): void {
    const longitude = spot?.longitude ?? customer.longitude;
    const latitude = spot?.latitude ?? customer.latitude;
    if (longitude === null || latitude === null) return;
    const info: PlaceInfo = {
      id: customer.index,
      name: customer.name,
      tier: this.tierOf(customer),
      key_person: customer.keyPerson,
      size: customer.size,
      amount: customer.amount?.toLocaleString(document.documentElement.lang) ?? null,
      phone: customer.phone,
      address: customer.address,
      level: spot?.level ?? customer.level,
      accuracy_m: spot ? null : customer.accuracy,
      provider: customer.provider,
      longitude,
      latitude,
    };
    this.popup.remove();
    this.popup
      .setLngLat([longitude, latitude])
      .setDOMContent(infoContent(info, this.translate, []))
      .addTo(this.map);
    this.mark(info);
  }

  /** Moves to a spot near enough to see it. */
  flyTo(longitude: number, latitude: number): void {
    this.map.easeTo({ center: [longitude, latitude], zoom: Math.max(this.map.getZoom(), 10.5) });
  }

  private mark(info: PlaceInfo | undefined): void {
    const data = info ? selectionData(info.longitude, info.latitude, info.accuracy_m ?? null) : pointsOf([]);
    this.map.getSource<GeoJSONSource>("selected")?.setData(data);
  }

  /** Shows only these customers. */
  show(customers: readonly Customer[]): void {
    this.shown = customers;
    this.popup.remove();
    this.map.getSource<GeoJSONSource>("points")?.setData(pointsOf(customers));
  }

  /** Draws again in the colours of the moment. */
  recolour(): void {
    this.map.setStyle(this.style(), { diff: false });
  }
}
