// A Chromium page in which nobody has clicked: Playwright's own page counts as clicked from the start.

import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import puppeteer, { type Browser, type CDPSession, type Page } from "puppeteer-core";
import { chromiumFlags } from "./chromium.js";
import type { AnyPage } from "./page.js";
import { CHROMIUM } from "./paths.js";

/** Starts a Chromium that plays no sound before a click. */
export function launchUntouched(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    ignoreDefaultArgs: ["--disable-features"],
    args: chromiumFlags({ autoplay: false }),
  });
}

/** A page whose scripts run without the activation that a click gives. */
export class UntouchedPage implements AnyPage {
  readonly native: Page;
  readonly console: string[] = [];
  readonly #protocol: CDPSession;

  private constructor(native: Page, protocol: CDPSession) {
    this.native = native;
    this.#protocol = protocol;
    native.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    native.on("pageerror", (error) => this.console.push(`uncaught: ${String(error)}`));
  }

  static async in(browser: Browser): Promise<UntouchedPage> {
    const page = await browser.newPage();
    return new UntouchedPage(page, await page.createCDPSession());
  }

  /** Runs a script before those of every page. */
  async prepare(script: string): Promise<void> {
    await this.native.evaluateOnNewDocument(await readFile(script, "utf8"));
  }

  async run<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    const given = argument === undefined ? "" : JSON.stringify(argument);
    const answer = await this.#protocol.send("Runtime.evaluate", {
      expression: `(${work.toString()})(${given})`,
      awaitPromise: true,
      returnByValue: true,
      userGesture: false,
    });
    if (answer.exceptionDetails !== undefined) {
      const { exception, text } = answer.exceptionDetails;
      throw new Error(exception?.description ?? text);
    }
    return answer.result.value as R;
  }

  /** A click of a person on the page. */
  async click(): Promise<void> {
    await this.native.mouse.click(5, 5);
  }

  /** Waits for a button with this name and clicks on it. */
  async press(name: string): Promise<void> {
    const found: { at: readonly [number, number] | null } = { at: null };
    await expect
      .poll(async () => {
        found.at = await this.run(middleOfButton, name);
        return found.at;
      }, `the button “${name}”`)
      .not.toBeNull();
    const [x, y] = found.at ?? [0, 0];
    await this.native.mouse.click(x, y);
  }

  async open(url: string): Promise<void> {
    await this.native.goto(url);
  }

  async reload(): Promise<void> {
    await this.native.reload();
  }

  async close(): Promise<void> {
    await this.native.close();
  }
}

/** Runs in the page: the middle of the button with a name, null while none can be hit there. */
function middleOfButton(name: string): readonly [number, number] | null {
  for (const button of document.querySelectorAll("button")) {
    if ((button.getAttribute("aria-label") ?? button.textContent ?? "").trim() !== name) continue;
    const { left, top, width, height } = button.getBoundingClientRect();
    const middle = [left + width / 2, top + height / 2] as const;
    if (button.contains(document.elementFromPoint(...middle))) return middle;
  }
  return null;
}
