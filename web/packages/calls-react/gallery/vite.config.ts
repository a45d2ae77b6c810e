// Serves and builds the gallery.

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ["aethex-source", "module", "browser", "development|production"] },
  css: { modules: { generateScopedName: "ax-[name]-[local]" } },
  // light-dark() as it is: lowered, a part of a page could not have another theme than the whole.
  build: { outDir: "dist", emptyOutDir: true, cssTarget: ["chrome123", "firefox120", "safari17.5"] },
});
