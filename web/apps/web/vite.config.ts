// How the web app is built and served while it is worked on.

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `vite` and `vite preview` find the server. */
const server = process.env.AETHEX_SERVER ?? "http://127.0.0.1:8080";
const proxy = {
  "/api": { target: server },
  "/socket.io": { target: server, ws: true },
};

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["aethex-source", "module", "browser", "development|production"] },
  build: {
    target: "es2022",
    assetsDir: "assets",
    // Everything stays a file of its own: the Content Security Policy allows no data: styles or fonts.
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // Libraries change less often than the app: browsers keep them over updates.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(?:react|react-dom|scheduler)\// },
            { name: "libraries", test: /node_modules\// },
            // Without what is loaded when it is needed: media through the server, checks of the connection.
            { name: "calls", test: /packages\/calls-(?:react\/|client\/src\/(?!sfu\/|connectivity\/))/ },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", proxy },
  preview: { host: "127.0.0.1", proxy },
});
