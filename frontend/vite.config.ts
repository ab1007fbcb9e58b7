import { resolve } from "node:path";
import { defineConfig } from "vite";
import { copyFile } from "./vite/copy.ts";
import { iconSprite } from "./vite/icons.ts";

const here = import.meta.dirname;

/** Islands: entries keep their names, what they share is hashed; Django's static files serve them. */
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [
    iconSprite(resolve(here, "src/icons.json"), resolve(here, "node_modules/@tabler/icons/icons/outline")),
    copyFile(resolve(here, "../src/guanxi/places/data/basemap.json"), "basemap.json"),
  ],
  css: { preprocessorOptions: { scss: { loadPaths: [resolve(here, "node_modules")] } } },
  worker: { format: "es" },
  build: {
    outDir: resolve(here, "../src/guanxi/web/static/islands"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    cssCodeSplit: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: {
        app: resolve(here, "src/app.ts"),
        theme: resolve(here, "src/theme.ts"),
        style: resolve(here, "src/style/app.scss"),
        map: resolve(here, "src/map.ts"),
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: (asset) => (asset.names.includes("style.css") ? "app.css" : assetName(asset.names)),
      },
    },
  },
});

function assetName(names: readonly string[]): string {
  const stable = names.some((name) => name === "map.css");
  return stable ? "[name][extname]" : "assets/[name]-[hash][extname]";
}
