// What a person allows a page, and takes back, as in the address bar.

import type { CDPSession } from "@playwright/test";
import type { ChromiumPage } from "./chromiumPage.js";

/** The permissions of one page. They last as long as this object is not closed. */
export class Permissions {
  readonly #session: CDPSession;
  readonly #origin: string;
  readonly #browserContextId: string;

  private constructor(session: CDPSession, origin: string, browserContextId: string) {
    this.#session = session;
    this.#origin = origin;
    this.#browserContextId = browserContextId;
  }

  /** Of a page, for an origin. The Chromium must have been started with `grants: false`. */
  static async of(page: ChromiumPage, origin: string): Promise<Permissions> {
    const own = await page.context.newCDPSession(page.native);
    const { targetInfo } = await own.send("Target.getTargetInfo");
    const browser = page.context.browser();
    if (browser === null || targetInfo.browserContextId === undefined) throw new Error("no browser");
    return new Permissions(await browser.newBrowserCDPSession(), origin, targetInfo.browserContextId);
  }

  /** Sets what the person answered, for each device. */
  async set(setting: "granted" | "denied", ...names: ("camera" | "microphone")[]): Promise<void> {
    for (const name of names) {
      await this.#session.send("Browser.setPermission", {
        permission: { name },
        setting,
        origin: this.#origin,
        browserContextId: this.#browserContextId,
      });
    }
  }

  /** Forgets them. */
  async close(): Promise<void> {
    await this.#session.detach();
  }
}
