import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Places in the template that `places/standalone.py` fills in. */
const DATA = "__GUANXI_DATA__";
const TITLE = "__GUANXI_TITLE__";

/** Puts the one script and the one style sheet of the build, with the base map, into a single page `map.html`. */
export function singlePage(basemapFile: string): Plugin {
  return {
    name: "single-page",
    enforce: "post",
    generateBundle(_options, bundle): void {
      let script = "";
      let style = "";
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type === "chunk") script += output.code;
        else if (name.endsWith(".css")) style += String(output.source);
        delete bundle[name];
      }
      const basemap = readFileSync(basemapFile, "utf8").replaceAll("<", "\\u003c");
      this.emitFile({ type: "asset", fileName: "map.html", source: page(script, style, basemap) });
    },
  };
}

function page(script: string, style: string, basemap: string): string {
  const code = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(code)}'`,
    `style-src 'sha256-${digest(style)}'`,
    "worker-src blob:",
    "connect-src blob:", // MapLibre reads its worker that way; no address of a network fits
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    '<!doctype html>\n<html lang="en" data-bs-theme="auto">\n<head>\n<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${TITLE}</title>`,
    `<style>${style}</style>\n</head>\n<body>`,
    `<script type="application/json" id="guanxi-basemap">${basemap}</script>`,
    `<script type="application/json" id="guanxi-data">${DATA}</script>`,
    `<script type="module">${code}</script>\n</body>\n</html>\n`,
  ].join("\n");
}

function digest(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("base64");
}
