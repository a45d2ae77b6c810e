// One run for the tests of all packages.

import { defineConfig } from "vitest/config";

export default defineConfig({
  // Packages from their sources, in pages (the first line) as in Node.
  resolve: { conditions: ["aethex-source", "module", "browser", "development"] },
  ssr: { resolve: { conditions: ["aethex-source", "module", "node", "development"] } },
  test: {
    include: [
      "packages/*/tests/**/*.test.ts",
      "packages/*/tests/**/*.test.tsx",
      "apps/*/tests/**/*.test.{ts,tsx}",
    ],
    restoreMocks: true,
  },
});
