import { distanceText, levelText, type Translate } from "./labels.ts";

/**
 * What `data-info-url` (`/map/info/{id}/`) answers as JSON; phone and the rest already masked by right.
 * `level`: house, street, township, county, city, province, or manual; `stack` is answered by `data-stack-url?ids=1,2` as
 * `{"items": [{"id", "name", "tier"}]}`.
 */
export interface PlaceInfo {
  id: number;
  version?: number | string;
  name: string;
  url?: string;
  tier?: { position: number; name: string } | null;
  key_person?: string;
  size?: string | number | null;
  amount?: string | number | null;
  phone?: string;
  address?: string;
  level?: string;
  accuracy_m?: number | null;
  provider?: string;
  longitude: number;
  latitude: number;
  can_edit?: boolean;
}

/** A button or a link at the foot of an information window. */
export interface InfoAction {
  label: string;
  href?: string;
  run?: () => void;
}

/** Makes an element with a class and text; text is never read as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** The tier as a chip: letter and colour. */
export function tierChip(position: number, name: string): HTMLElement {
  const chip = element("span", "tier", name);
  chip.dataset.tier = position > 0 ? String(Math.min(position, 5)) : "none";
  return chip;
}

/** The content of an information window, built from text nodes only. */
export function infoContent(info: PlaceInfo, translate: Translate, actions: InfoAction[]): HTMLElement {
  const box = element("div", "map-info");
  const head = element("div", "map-info-head");
  head.append(element("span", "", info.name));
  if (info.tier) head.append(tierChip(info.tier.position, info.tier.name));
  box.append(head, facts(infoRows(info, translate)));
  if (actions.length > 0) box.append(foot(actions));
  return box;
}

/** The lines of an information window: label and value, without the empty ones. */
export function infoRows(info: PlaceInfo, translate: Translate): [string, string][] {
  const placed = [info.level, info.provider]
    .filter((part) => !!part)
    .map((part) => levelText(part ?? "", translate));
  const rows: [string, string | number | null | undefined][] = [
    [translate("keyPerson"), info.key_person],
    [translate("size"), info.size],
    [translate("amount"), info.amount],
    [translate("phone"), info.phone],
    [translate("address"), info.address],
    [translate("level"), placed.join(" · ")],
    [
      translate("accuracy"),
      info.accuracy_m ? translate("accuracyWithin", { distance: distanceText(info.accuracy_m) }) : "",
    ],
  ];
  return rows.flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
}

function facts(rows: [string, string][]): HTMLElement {
  const list = element("dl", "facts");
  for (const [name, value] of rows) list.append(element("dt", "", name), element("dd", "", value));
  return list;
}

function foot(actions: InfoAction[]): HTMLElement {
  const box = element("div", "map-info-foot");
  for (const action of actions) {
    const made = action.href
      ? element("a", "btn btn-sm", action.label)
      : element("button", "btn btn-sm", action.label);
    if (made instanceof HTMLAnchorElement && action.href) made.href = action.href;
    if (action.run) made.addEventListener("click", action.run);
    box.append(made);
  }
  return box;
}

/** A list of customers on one spot; a click chooses one. */
export function stackContent(
  title: string,
  items: { id: number; name: string; tier?: { position: number; name: string } | null }[],
  choose: (id: number) => void,
): HTMLElement {
  const box = element("div", "map-info");
  box.append(element("div", "map-info-head", title));
  const list = element("ul", "item-list map-stack");
  for (const item of items) {
    const line = element("li");
    const button = element("button", "menu-item", item.name);
    button.type = "button";
    if (item.tier) button.prepend(tierChip(item.tier.position, item.tier.name));
    button.addEventListener("click", () => choose(item.id));
    line.append(button);
    list.append(line);
  }
  box.append(list);
  return box;
}
