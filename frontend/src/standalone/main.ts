import "maplibre-gl/dist/maplibre-gl.css";
import "./standalone.scss";
import workerSource from "virtual:maplibre-worker";
import { setWorkerUrl } from "maplibre-gl";
import { isDark } from "../app/theme.ts";
import { type BasemapDocument, decodeBasemap, type Language, languageOf } from "../basemap/decode.ts";
import { element } from "../map/info.ts";
import { translator } from "../map/labels.ts";
import {
  type Customer,
  type Filter,
  haystackOf,
  type MapDocument,
  matcher,
  readCustomers,
  toReview,
} from "./data.ts";
import { Panel } from "./panel.ts";
import { TEXTS } from "./texts.ts";
import { MapView } from "./view.ts";

// A file opened from disk has no origin, and there a module worker does not start from a blob. The ending ".cjs" makes
// MapLibre start a classic one.
setWorkerUrl(`${URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }))}#worker.cjs`);

const HTML_LANGUAGE: Readonly<Record<Language, string>> = {
  "zh-hans": "zh-Hans",
  "zh-hant": "zh-Hant",
  ko: "ko",
  en: "en",
};

function read<Kind>(id: string): Kind {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as Kind;
}

/** The page of the file: panel and map over the same customers. */
class Page {
  private readonly file = read<MapDocument>("guanxi-data");
  private readonly basemap = read<BasemapDocument>("guanxi-basemap");
  private readonly customers = readCustomers(this.file);
  private readonly haystacks = this.customers.map(haystackOf);
  private readonly hidden = new Set<number>();
  private words = "";
  private view: MapView | undefined;
  private panel: Panel | undefined;

  build(language: Language): void {
    document.documentElement.lang = HTML_LANGUAGE[language];
    document.title = this.file.title;
    this.view?.map.remove();
    const host = element("main", "map");
    host.id = "map";
    const texts = TEXTS[language];
    this.panel = new Panel(this.file, toReview(this.customers), this.events(), texts, language);
    document.body.replaceChildren(this.panel.root, host);
    const names = new Map(this.file.tiers.map(({ position, name }) => [position, name]));
    try {
      const basemap = decodeBasemap(this.basemap, language);
      this.view = new MapView(host, basemap, this.customers, names, translator(texts), isDark);
    } catch {
      this.view = undefined;
      host.append(element("p", "no-map", texts.noWebgl));
    }
    this.refresh();
  }

  private events(): ConstructorParameters<typeof Panel>[2] {
    return {
      search: (words) => {
        this.words = words;
        this.refresh();
      },
      toggleTier: (position) => {
        if (!this.hidden.delete(position)) this.hidden.add(position);
        this.refresh();
      },
      open: (customer) => this.open(customer),
      openCandidate: (customer, candidate) => {
        this.view?.flyTo(candidate.longitude, candidate.latitude);
        this.view?.open(customer, candidate);
      },
      language: (language) => this.build(language),
      theme: () => this.switchTheme(),
    };
  }

  private open(customer: Customer): void {
    if (customer.longitude === null || customer.latitude === null) return;
    this.view?.flyTo(customer.longitude, customer.latitude);
    this.view?.open(customer);
  }

  private switchTheme(): void {
    document.documentElement.dataset.bsTheme = isDark() ? "light" : "dark";
    this.view?.recolour();
  }

  private find(filter: Filter): Customer[] {
    const fits = matcher(filter);
    return this.customers.filter((customer, index) => fits(customer, this.haystacks[index] ?? ""));
  }

  private refresh(): void {
    const searched = this.find({ words: this.words, hiddenTiers: new Set() });
    const counts = new Map<number, number>();
    for (const { tier } of searched) counts.set(tier, (counts.get(tier) ?? 0) + 1);
    const found = searched.filter(({ tier }) => !this.hidden.has(tier));
    this.panel?.drawLegend(counts, this.hidden);
    this.panel?.show(found, this.customers.filter(({ longitude }) => longitude !== null).length);
    const everything = found.length === this.customers.length;
    if (!everything || this.narrowed) this.view?.show(found);
    this.narrowed = !everything;
  }

  private narrowed = false;

  start(): void {
    this.build(languageOf(this.file.language ?? navigator.language));
  }
}

new Page().start();
