import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Copies a committed file into the build under a stable name. */
export function copyFile(from: string, fileName: string): Plugin {
  return {
    name: "copy-file",
    generateBundle(): void {
      this.emitFile({ type: "asset", fileName, source: readFileSync(from) });
    },
  };
}
