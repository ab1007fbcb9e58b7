/** A place an address may be, as the geocoder found it. */
export interface Candidate {
  longitude: number;
  latitude: number;
  level: string;
  matched: string;
}

export interface Customer {
  index: number;
  row: number;
  name: string;
  address: string;
  longitude: number | null;
  latitude: number | null;
  level: string;
  accuracy: number | null;
  provider: string;
  tier: number;
  phone: string;
  keyPerson: string;
  size: string;
  amount: number | null;
  needsReview: boolean;
  candidates: Candidate[];
}

/** A column of texts that repeat: `codes` point into `texts`. */
interface Coded {
  texts: string[];
  codes: number[];
}

/** What `render_map` in `places/standalone.py` writes: columns, those without any value left out. */
export interface MapDocument {
  title: string;
  language: string | null;
  unit: number;
  tiers: { position: number; name: string; label: string }[];
  count: number;
  row: number[];
  name: string[];
  address: string[];
  longitude: (number | null)[];
  latitude: (number | null)[];
  level: Coded;
  provider: Coded;
  accuracy?: (number | null)[];
  tier?: number[];
  phone?: string[];
  keyPerson?: string[];
  size?: string[];
  amount?: (number | null)[];
  needsReview: number[];
  candidates: Record<string, [number, number, string, string][]>;
}

function coded(column: Coded, index: number): string {
  return column.texts[column.codes[index] ?? -1] ?? "";
}

function degrees(value: number | null | undefined, unit: number): number | null {
  return value === null || value === undefined ? null : value / unit;
}

/** The columns as customers, in the order of the file. */
export function readCustomers(document: MapDocument): Customer[] {
  const review = new Set(document.needsReview);
  return Array.from({ length: document.count }, (_unused, index) => ({
    index,
    row: document.row[index] ?? index + 1,
    name: document.name[index] ?? "",
    address: document.address[index] ?? "",
    longitude: degrees(document.longitude[index], document.unit),
    latitude: degrees(document.latitude[index], document.unit),
    level: coded(document.level, index),
    provider: coded(document.provider, index),
    accuracy: document.accuracy?.[index] ?? null,
    tier: document.tier?.[index] ?? 0,
    phone: document.phone?.[index] ?? "",
    keyPerson: document.keyPerson?.[index] ?? "",
    size: document.size?.[index] ?? "",
    amount: document.amount?.[index] ?? null,
    needsReview: review.has(index),
    candidates: (document.candidates[String(index)] ?? []).map(([longitude, latitude, level, matched]) => ({
      longitude: longitude / document.unit,
      latitude: latitude / document.unit,
      level,
      matched,
    })),
  }));
}

/** What is shown: the tiers switched off and the words looked for. */
export interface Filter {
  hiddenTiers: ReadonlySet<number>;
  words: string;
}

/** Texts made comparable: NFKC (full-width digits), lower case. */
export function comparable(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** A test for customers; every word must be part of the name, address, key person or phone. */
export function matcher(filter: Filter): (customer: Customer, haystack: string) => boolean {
  const words = comparable(filter.words).split(/\s+/).filter(Boolean);
  return (customer, haystack) =>
    !filter.hiddenTiers.has(customer.tier) && words.every((word) => haystack.includes(word));
}

/** The text that is searched in for a customer. */
export function haystackOf(customer: Customer): string {
  return comparable([customer.name, customer.address, customer.keyPerson, customer.phone].join("\n"));
}

/** Customers to look at by hand: several places fit, or none. */
export function toReview(customers: readonly Customer[]): Customer[] {
  return customers.filter((customer) => customer.needsReview || customer.longitude === null);
}

/** West, south, east, north of the placed customers; undefined without any. */
export function boundsOf(customers: readonly Customer[]): [number, number, number, number] | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { longitude, latitude } of customers) {
    if (longitude === null || latitude === null) continue;
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return west <= east ? [west, south, east, north] : undefined;
}
