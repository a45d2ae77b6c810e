// What every spec begins with: browsers that are kept, and a stage that is cleared after each test.

import { type Browser, test as base } from "@playwright/test";
import { type ChromiumOptions, launchChromium } from "./chromium.js";
import { type PageServer, servePages } from "./pageServer.js";
import { Stage } from "./stage.js";

/** Chromiums by their options, started once. */
export class Browsers {
  readonly #started = new Map<string, Promise<Browser>>();

  /** One with these options. */
  get(options: ChromiumOptions = {}): Promise<Browser> {
    const key = JSON.stringify(options);
    let browser = this.#started.get(key);
    if (browser === undefined) {
      browser = launchChromium(options);
      this.#started.set(key, browser);
    }
    return browser;
  }

  async close(): Promise<void> {
    for (const browser of this.#started.values()) await (await browser).close();
  }
}

/** Playwright's `test` with a stage. */
export const test = base.extend<{ stage: Stage }, { browsers: Browsers; pages: PageServer }>({
  browsers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures it needs from here.
    async ({}, use) => {
      const browsers = new Browsers();
      await use(browsers);
      await browsers.close();
    },
    { scope: "worker" },
  ],
  pages: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const pages = await servePages();
      await use(pages);
      await pages.close();
    },
    { scope: "worker" },
  ],
  stage: async ({ browsers, pages }, use, info) => {
    const stage = new Stage(browsers, pages);
    await use(stage);
    if (info.status !== info.expectedStatus) await stage.report(info);
    await stage.clear();
  },
});

export { expect } from "@playwright/test";
