// Two pages: the product with its chat, and the founding sample.

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The packages are linked from this repository and would bring a second React with them.
  resolve: { dedupe: ["react", "react-dom"] },
  build: {
    // Older targets would have `light-dark()` lowered, and a dark corner in a light page lost.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rollupOptions: { input: ["index.html", "founding.html"] },
  },
});
