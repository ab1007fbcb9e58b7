/** Rows fetched beyond the lowest that is seen, and rows kept in the page above and below what is seen. */
const AHEAD = 60;
const BEYOND = 30;
/** The window moves by so many rows at once. */
const STEP = 10;
const AT_ONCE = 500;

interface Held {
  wrap: HTMLElement;
  body: HTMLTableSectionElement;
  /** Every row that was loaded, in the page or not. */
  all: HTMLTableRowElement[];
  known: Set<string>;
  begin: number;
  end: number;
  height: number;
  next: string;
  loading: Promise<void> | undefined;
  above: HTMLTableRowElement;
  below: HTMLTableRowElement;
}

const held = new WeakMap<HTMLTableElement, Held>();

/** Which rows stand in the page when the list is scrolled by `top`: those seen, and some on either side. */
export function windowOf(
  top: number,
  seen: number,
  height: number,
  count: number,
): { begin: number; end: number } {
  const first = Math.min(Math.floor(top / height), count);
  const begin = Math.max(0, Math.floor((first - BEYOND) / STEP) * STEP);
  const end = Math.min(count, Math.ceil((first + seen / height + BEYOND) / STEP) * STEP);
  return { begin, end };
}

function drawnRows(grid: ParentNode): HTMLTableRowElement[] {
  return [...grid.querySelectorAll<HTMLTableRowElement>("tbody tr[data-record]")];
}

/** Every loaded row of a list, also those that do not stand in the page now. */
export function rowsOf(grid: HTMLTableElement): HTMLTableRowElement[] {
  return held.get(grid)?.all ?? drawnRows(grid);
}

/** Whether a list grows while it is scrolled, so that not all its rows stand in the page. */
export function isHeld(grid: HTMLTableElement): boolean {
  return held.has(grid);
}

/** The rows in the page, and the number of the first of them among all. */
export function shownRows(grid: HTMLTableElement): { rows: HTMLTableRowElement[]; from: number } {
  const list = held.get(grid);
  return list
    ? { rows: list.all.slice(list.begin, list.end), from: list.begin }
    : { rows: drawnRows(grid), from: 0 };
}

/** Brings a row into the page and into sight. */
export function reveal(grid: HTMLTableElement, row: number): void {
  const list = held.get(grid);
  if (!list) return;
  const head = grid.tHead?.offsetHeight ?? 0;
  const top = row * list.height;
  const { scrollTop, clientHeight } = list.wrap;
  if (top < scrollTop) list.wrap.scrollTop = top;
  else if (top + list.height > scrollTop + clientHeight - head) {
    list.wrap.scrollTop = top + list.height - clientHeight + head;
  }
  show(grid, list);
}

function spacer(columns: number): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.className = "row-spacer";
  row.setAttribute("aria-hidden", "true");
  row.insertCell().colSpan = columns;
  return row;
}

/** Puts the rows of the window into the page and takes the others out; rows that stay are not touched. */
function show(grid: HTMLTableElement, list: Held): void {
  const { begin, end } = windowOf(list.wrap.scrollTop, list.wrap.clientHeight, list.height, list.all.length);
  if (begin !== list.begin || end !== list.end) {
    const former = { begin: list.begin, end: list.end };
    const hadFocus = grid.contains(document.activeElement);
    for (let at = former.begin; at < former.end; at += 1) {
      if (at < begin || at >= end) list.all[at]?.remove();
    }
    const before = list.all.slice(begin, Math.min(end, former.begin));
    const behind = list.all.slice(Math.max(begin, former.end), end);
    list.above.after(...before);
    list.below.before(...behind);
    list.begin = begin;
    list.end = end;
    // Keys go on to belong to the list when the cell with the cursor is scrolled out of the page.
    if (hadFocus && !grid.contains(document.activeElement)) list.wrap.focus({ preventScroll: true });
    grid.dispatchEvent(new CustomEvent("guanxi:rows", { bubbles: true }));
  }
  (list.above.firstElementChild as HTMLElement).style.height = `${list.begin * list.height}px`;
  const rest = (list.all.length - list.end) * list.height;
  (list.below.firstElementChild as HTMLElement).style.height = `${rest}px`;
  list.above.hidden = list.begin === 0;
  list.below.hidden = rest === 0;
}

/** Loads the next rows; one request at a time. */
function load(grid: HTMLTableElement, list: Held, count?: number): Promise<void> {
  list.loading ??= fetchRows(grid, list, count).finally(() => {
    list.loading = undefined;
  });
  return list.loading;
}

async function fetchRows(grid: HTMLTableElement, list: Held, count?: number): Promise<void> {
  const address = new URL(list.next, window.location.href);
  if (count) address.searchParams.set("rows", String(Math.min(AT_ONCE, count)));
  const answer = await fetch(address).catch(() => undefined);
  if (!answer?.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  for (const row of drawnRows(holder.content)) {
    const id = row.dataset.record ?? "";
    if (list.known.has(id)) continue;
    list.known.add(id);
    list.all.push(document.adoptNode(row));
  }
  list.next = holder.content.querySelector<HTMLElement>("[data-rows-next]")?.dataset.rowsNext ?? "";
  if (!grid.isConnected) return;
  show(grid, list);
  tell(list);
}

/** The pager says which rows are loaded; the page behind them is where the link to it leads. */
function tell(list: Held): void {
  const pager = document.getElementById("list-pager");
  const range = pager?.querySelector<HTMLElement>("[data-first]");
  const first = Number(range?.dataset.first ?? 1);
  const shown = new Intl.NumberFormat(document.documentElement.lang || "en");
  if (range) {
    range.textContent = `${shown.format(first)}–${shown.format(first + list.all.length - 1)}`;
  }
  const further = pager?.querySelector<HTMLElement>("a[rel=next]");
  if (further) further.hidden = true;
}

function loadAhead(grid: HTMLTableElement, list: Held): void {
  const seen = (list.wrap.scrollTop + list.wrap.clientHeight) / list.height;
  if (!list.next || list.loading || list.all.length - seen > AHEAD) return;
  const before = list.all.length;
  void load(grid, list).then(() => {
    if (list.all.length > before && grid.isConnected) loadAhead(grid, list);
  });
}

function placeKey(): string {
  return `guanxi:rows:${window.location.href}`;
}

/** Somebody who comes back finds the list as long, and scrolled as far, as it was left. */
async function findBack(grid: HTMLTableElement, list: Held): Promise<void> {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const kept = sessionStorage.getItem(placeKey());
  if (navigation?.type !== "back_forward" || !kept) return;
  const { count, top } = JSON.parse(kept) as { count: number; top: number };
  while (list.all.length < count && list.next) {
    const before = list.all.length;
    await load(grid, list, count - before);
    if (list.all.length === before) break;
  }
  list.wrap.scrollTop = top;
  show(grid, list);
}

function hold(wrap: HTMLElement): void {
  const grid = wrap.querySelector<HTMLTableElement>("table[data-grid]");
  const body = grid?.tBodies[0];
  const [first, second] = grid ? drawnRows(grid) : [];
  if (!grid || !body || !first || !second || held.has(grid)) return;
  const all = drawnRows(grid);
  const list: Held = {
    wrap,
    body,
    all,
    known: new Set(all.map((row) => row.dataset.record ?? "")),
    begin: 0,
    end: all.length,
    height: second.getBoundingClientRect().top - first.getBoundingClientRect().top,
    next: wrap.dataset.rowsNext ?? "",
    loading: undefined,
    above: spacer(first.cells.length),
    below: spacer(first.cells.length),
  };
  held.set(grid, list);
  wrap.tabIndex = -1;
  body.prepend(list.above);
  body.append(list.below);
  let asked = 0;
  wrap.addEventListener("scroll", () => {
    window.cancelAnimationFrame(asked);
    asked = window.requestAnimationFrame(() => {
      show(grid, list);
      loadAhead(grid, list);
    });
  });
  window.addEventListener("pagehide", () => {
    const place = { count: list.all.length, top: wrap.scrollTop };
    if (grid.isConnected) sessionStorage.setItem(placeKey(), JSON.stringify(place));
  });
  show(grid, list);
  void findBack(grid, list).then(() => loadAhead(grid, list));
}

/** On a phone a row is a card of its own height: there the list stays in pages. */
function holdAll(): void {
  if (window.matchMedia("(max-width: 860px)").matches) return;
  for (const wrap of document.querySelectorAll<HTMLElement>("[data-rows-next]")) {
    if (wrap.dataset.rowsNext) hold(wrap);
  }
}

/** Lets `[data-rows-next]` (the address of the next rows) grow while it is scrolled, with few rows in the page. */
export function watchRows(): void {
  holdAll();
  document.addEventListener("htmx:afterSettle", holdAll);
  // Boxes of rows that are not in the page are sent with the form all the same.
  document.addEventListener("formdata", (event) => {
    const { formData, target } = event as FormDataEvent;
    if ((target as HTMLElement).id !== "bulk") return;
    for (const grid of document.querySelectorAll<HTMLTableElement>("table[data-grid]")) {
      for (const row of rowsOf(grid)) {
        const box = row.querySelector<HTMLInputElement>("input[data-select-row]");
        if (box?.checked && !row.isConnected) formData.append(box.name, box.value);
      }
    }
  });
}
