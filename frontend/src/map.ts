import "maplibre-gl/dist/maplibre-gl.css";
import "./style/map.scss";
import { mountMap } from "./map/island.ts";

const host = document.getElementById("map");
if (host) void mountMap(host);
