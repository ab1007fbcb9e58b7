import { setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

// MapLibre 6 does not find its worker in a bundle; Vite emits the file and says where.
setWorkerUrl(workerUrl);
