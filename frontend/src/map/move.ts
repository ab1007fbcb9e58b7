import { type LngLat, type Map as MapLibreMap, Marker } from "maplibre-gl";
import { csrfToken } from "../app/exchange.ts";
import { toast } from "../app/toast.ts";
import type { PlaceInfo } from "./info.ts";
import type { Translate } from "./labels.ts";

interface Spot {
  longitude: number;
  latitude: number;
}

/** Lets a person drag the pin of a place; `done` is called when the server has taken a new spot (also by undo). */
export function startMove(
  map: MapLibreMap,
  info: PlaceInfo,
  address: string,
  translate: Translate,
  done: (spot: Spot) => void,
): void {
  const marker = new Marker({ draggable: true, color: "#b93a2b" })
    .setLngLat([info.longitude, info.latitude])
    .addTo(map);
  const hint = toast({
    message: translate("moveHint"),
    milliseconds: 120_000,
    actions: [{ label: translate("cancelMove"), run: () => marker.remove() }],
  });
  marker.on("dragend", () => {
    hint.remove();
    void save(marker.getLngLat().wrap(), marker, { info, address, translate, done });
  });
}

interface Move {
  info: PlaceInfo;
  address: string;
  translate: Translate;
  done: (spot: Spot) => void;
}

async function save(to: LngLat, marker: Marker, move: Move): Promise<void> {
  const { info, translate, done } = move;
  const answer = await patch(move.address, String(info.version ?? ""), {
    longitude: to.lng,
    latitude: to.lat,
  });
  marker.remove();
  if (!answer.ok) {
    toast({ message: translate(answer.status === 412 ? "moveStale" : "moveFailed"), kind: "bad" });
    return;
  }
  done({ longitude: to.lng, latitude: to.lat });
  const changeset = answer.changeset;
  toast({
    message: translate("moved"),
    actions: [{ label: translate("undo"), run: () => void goBack(move, changeset) }],
  });
}

/** Takes the move back by its change set, so that the place is again as it was found, not put by hand. */
async function goBack(move: Move, changeset: string): Promise<void> {
  const { longitude, latitude } = move.info;
  const answer = await fetch(`/api/v1/changesets/${changeset}/undo`, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken() },
  }).catch(() => undefined);
  if (answer?.ok) move.done({ longitude, latitude });
  else toast({ message: move.translate(answer?.status === 409 ? "moveStale" : "moveFailed"), kind: "bad" });
}

/** PATCHes a spot with the version it was read in; answers the number of the change set. */
async function patch(
  address: string,
  version: string,
  spot: Spot,
): Promise<{ ok: boolean; status: number; changeset: string }> {
  const answer = await fetch(address, {
    method: "PATCH",
    body: JSON.stringify(spot),
    headers: { "Content-Type": "application/json", "If-Match": quoted(version), "X-CSRFToken": csrfToken() },
  }).catch(() => undefined);
  return {
    ok: answer?.ok ?? false,
    status: answer?.status ?? 0,
    changeset: answer?.headers.get("Guanxi-Changeset") ?? "",
  };
}

/** A version as an entity tag: quoted once. */
export function quoted(version: string): string {
  return /^(W\/)?".*"$/.test(version) ? version : `"${version}"`;
}
