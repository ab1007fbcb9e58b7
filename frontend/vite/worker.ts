import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const NAME = "virtual:maplibre-worker";

/** MapLibre's worker as a text that runs as a classic script: its one export, which nobody imports, is taken off. */
export function classicWorker(file: string): Plugin {
  return {
    name: "classic-worker",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      const source = readFileSync(file, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
      const script = source.replace(/export\s*\{[^}]*\};?\s*$/, "");
      if (script === source) this.error("MapLibre's worker no longer ends with an export: look at it again");
      return `export default ${JSON.stringify(script)};`;
    },
  };
}
