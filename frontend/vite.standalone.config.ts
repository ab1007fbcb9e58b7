import { resolve } from "node:path";
import { defineConfig } from "vite";
import { singlePage } from "./vite/single.ts";
import { classicWorker } from "./vite/worker.ts";

const here = import.meta.dirname;

/** The self-contained map file: one page without any address in it. */
export default defineConfig({
  publicDir: false,
  plugins: [
    classicWorker(resolve(here, "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs")),
    singlePage(resolve(here, "../src/guanxi/places/data/basemap.json")),
  ],
  css: { preprocessorOptions: { scss: { loadPaths: [resolve(here, "node_modules")] } } },
  build: {
    outDir: resolve(here, "../src/guanxi/places/static/standalone"),
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    assetsInlineLimit: Number.POSITIVE_INFINITY,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 3000,
    rolldownOptions: {
      input: { map: resolve(here, "src/standalone/main.ts") },
      output: { codeSplitting: false },
    },
  },
});
