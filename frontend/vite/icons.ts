import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes `icons.svg`: one `<symbol>` for each name in `src/icons.json`, drawn from the `.svg` files in the folder `drawings`.
 * Use: `<svg class="icon" aria-hidden="true"><use href="…/icons.svg#name"/></svg>`.
 */
export function iconSprite(listFile: string, drawings: string): Plugin {
  return {
    name: "icon-sprite",
    generateBundle(): void {
      const names = JSON.parse(readFileSync(listFile, "utf8")) as string[];
      this.emitFile({ type: "asset", fileName: "icons.svg", source: sprite(names, drawings) });
    },
  };
}

function sprite(names: string[], drawings: string): string {
  const symbols = names.map((name) => {
    const source = readFileSync(join(drawings, `${name}.svg`), "utf8");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes(source)}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

function shapes(source: string): string {
  const inner = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  return inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/\s*\n\s*/g, "");
}
