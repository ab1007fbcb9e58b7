import type { IControl } from "maplibre-gl";
import { element } from "./info.ts";

/** A button of the map that shows or hides borders; its note says that they are no official map. */
export function bordersControl(label: string, note: string, change: (shown: boolean) => void): IControl {
  const box = element("div", "maplibregl-ctrl maplibregl-ctrl-group map-borders");
  const button = element("button", "", label);
  button.type = "button";
  button.title = note;
  button.setAttribute("aria-pressed", "true");
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    change(shown);
  });
  box.append(button);
  return { onAdd: () => box, onRemove: () => box.remove() };
}
