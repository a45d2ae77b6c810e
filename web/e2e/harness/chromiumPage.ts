// Chromium's page as the tests use it, with its console kept.

import type { BrowserContext, Page } from "@playwright/test";
import type { AnyPage } from "./page.js";

/** A page of Chromium in a context of its own: nobody shares storage with it. */
export class ChromiumPage implements AnyPage {
  readonly context: BrowserContext;
  readonly native: Page;
  readonly console: string[] = [];

  constructor(context: BrowserContext, native: Page) {
    this.context = context;
    this.native = native;
    native.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    native.on("pageerror", (error) => this.console.push(`uncaught: ${error.stack ?? error.message}`));
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
    await this.context.close();
  }
}
