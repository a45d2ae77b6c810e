// Bundles the test pages and the probes once for all specs.

import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { BUILT_PAGES, PAGES, PROBES } from "./paths.js";

/** One self-contained script of an entry file, under the entry's name. */
async function bundle(entry: string, name: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["aethex-source", "browser", "module", "import", "default"] },
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      outDir: BUILT_PAGES,
      emptyOutDir: false,
      minify: false,
      target: "es2022",
      lib: { entry, formats: ["iife"], name: "aethexTestPage", fileName: () => `${name}.js` },
    },
  });
}

export default async function globalSetup(): Promise<void> {
  await mkdir(BUILT_PAGES, { recursive: true });
  await bundle(PROBES, "probes");
  const pages = (await readdir(PAGES)).filter((file) => file.endsWith(".html"));
  for (const page of pages) {
    const name = page.slice(0, -".html".length);
    await copyFile(join(PAGES, page), join(BUILT_PAGES, page));
    await bundle(join(PAGES, `${name}.ts`), name);
  }
}
