// The browser tests: one worker, because media tests share the processor badly.

import { defineConfig } from "@playwright/test";
import { RESULTS } from "./harness/paths.js";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: RESULTS,
  globalSetup: "./harness/globalSetup.ts",
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // Media on a busy machine: a second try is printed as flaky, a second failure fails.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  projects: [
    { name: "people", testIgnore: "nat/**" },
    // Needs root; a stage of its own.
    { name: "nat", testMatch: "nat/**/*.spec.ts" },
  ],
  use: {
    // A screencast would cost what the media needs.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
    video: "off",
    screenshot: "off",
  },
});
