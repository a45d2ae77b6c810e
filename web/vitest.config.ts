// One run for the tests of all packages.

import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["aethex-source"] },
  test: {
    include: [
      "packages/*/tests/**/*.test.ts",
      "packages/*/tests/**/*.test.tsx",
      "apps/*/tests/**/*.test.{ts,tsx}",
    ],
    restoreMocks: true,
  },
});
