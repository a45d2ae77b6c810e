// The second browser: stock Firefox ESR over WebDriver BiDi.

import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { AnyPage } from "./page.js";
import { FIREFOX } from "./paths.js";

/** Starts one with fake devices. */
export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOX,
    headless: true,
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "permissions.default.camera": 1,
      "permissions.default.microphone": 1,
      "media.autoplay.default": 0,
      "media.peerconnection.ice.obfuscate_host_addresses": false,
      "media.peerconnection.ice.loopback": true,
      "media.peerconnection.ice.link_local": true,
      // No downloads of codecs.
      "media.gmp-manager.url": "",
    },
  });
}

/** A page of Firefox in a context of its own. */
export class FirefoxPage implements AnyPage {
  readonly native: Page;
  readonly console: string[] = [];

  private constructor(native: Page) {
    this.native = native;
    native.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    native.on("pageerror", (error) => this.console.push(`uncaught: ${String(error)}`));
  }

  static async in(browser: Browser): Promise<FirefoxPage> {
    const context = await browser.createBrowserContext();
    return new FirefoxPage(await context.newPage());
  }

  async run<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    // The two libraries type the same call differently; what crosses the border is plain values.
    return (await this.native.evaluate(work as (argument: unknown) => unknown, argument)) as R;
  }

  async open(url: string): Promise<void> {
    await this.native.goto(url);
  }

  async reload(): Promise<void> {
    await this.native.reload();
  }

  async close(): Promise<void> {
    await this.native.browserContext().close();
  }
}
