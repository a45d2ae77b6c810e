// The people, servers and pages of one test; cleared after it.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestInfo } from "@playwright/test";
import type { ChromiumOptions } from "./chromium.js";
import { ChromiumPage } from "./chromiumPage.js";
import { EngineDevice } from "./engine.js";
import { FirefoxPage, launchFirefox } from "./firefox.js";
import type { Browsers } from "./fixtures.js";
import type { AnyPage } from "./page.js";
import type { PageServer } from "./pageServer.js";
import { BUILT_PAGES } from "./paths.js";
import { type Person, register } from "./people.js";
import { Link } from "./proxy.js";
import { Server, type ServerOptions } from "./server.js";
import { launchUntouched, UntouchedPage } from "./untouched.js";

/** How a page of a test differs from the usual one. */
export interface PageOptions extends ChromiumOptions {
  /** What the person allowed already. Camera and microphone when left out. */
  readonly permissions?: readonly string[];
  /** Size of the window in CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

/** Two people who may call each other. */
export interface Couple {
  readonly ann: Person;
  readonly bob: Person;
  readonly conversationId: string;
}

/** Everything a test has set up. */
export class Stage {
  readonly browsers: Browsers;
  readonly pages: PageServer;
  /** The script with the probes. */
  readonly probes = join(BUILT_PAGES, "probes.js");
  readonly #open: { readonly name: string; readonly page: AnyPage }[] = [];
  readonly #servers: Server[] = [];
  readonly #later: (() => Promise<void>)[] = [];

  constructor(browsers: Browsers, pages: PageServer) {
    this.browsers = browsers;
    this.pages = pages;
  }

  /** A server on an empty data folder that lets the test pages in. */
  async server(options: ServerOptions = {}): Promise<Server> {
    const allowedOrigins = [this.pages.url, ...(options.allowedOrigins ?? [])];
    const server = await Server.start({ ...options, allowedOrigins });
    this.#servers.push(server);
    return server;
  }

  /** A link that leads to a server and can be cut. */
  async link(server: Server): Promise<Link> {
    const link = await Link.open();
    link.leadTo(server);
    this.#later.push(() => link.close());
    return link;
  }

  /** Two people with a direct conversation. */
  async couple(server: Server): Promise<Couple> {
    const [ann, bob] = await Promise.all([register(server, "Ann"), register(server, "Bob")]);
    return { ann, bob, conversationId: await ann.direct(bob) };
  }

  /** A page in Chromium, with the probes in it. */
  async page(name: string, options: PageOptions = {}): Promise<ChromiumPage> {
    const { permissions = ["camera", "microphone"], viewport, colorScheme = "light", ...chromium } = options;
    const browser = await this.browsers.get(chromium);
    const context = await browser.newContext({
      permissions: [...permissions],
      viewport: viewport ?? { width: 1280, height: 720 },
      colorScheme,
      reducedMotion: "reduce",
      serviceWorkers: "block",
    });
    await context.addInitScript({ path: this.probes });
    const page = new ChromiumPage(context, await context.newPage());
    this.#open.push({ name, page });
    return page;
  }

  /** A person's tab in Chromium with the engine in it, connected. */
  async device(
    person: Person,
    server: { readonly url: string },
    options: PageOptions = {},
  ): Promise<EngineDevice> {
    return this.#engine(await this.page(person.name, options), person, server);
  }

  /** A person's tab in Firefox with the engine in it, connected. */
  async firefoxDevice(person: Person, server: { readonly url: string }): Promise<EngineDevice> {
    const browser = await launchFirefox();
    this.#later.push(() => browser.close());
    const page = await FirefoxPage.in(browser);
    this.#open.push({ name: `${person.name} (Firefox)`, page });
    return this.#engine(page, person, server);
  }

  /** A person's tab with the engine in it, in a Chromium in which nobody has clicked yet. */
  async untouchedDevice(person: Person, server: { readonly url: string }): Promise<EngineDevice> {
    const browser = await launchUntouched();
    this.#later.push(() => browser.close());
    const page = await UntouchedPage.in(browser);
    this.#open.push({ name: `${person.name} (untouched)`, page });
    return this.#engine(page, person, server);
  }

  async #engine(page: AnyPage, person: Person, server: { readonly url: string }): Promise<EngineDevice> {
    const device = new EngineDevice(page, person);
    await device.open({ pages: this.pages.url, server: server.url });
    return device;
  }

  /** Something to undo after the test. */
  afterwards(undo: () => Promise<void>): void {
    this.#later.push(undo);
  }

  /** Attaches what helps to understand a failure. */
  async report(info: TestInfo): Promise<void> {
    const attach = async (name: string, body: string): Promise<void> => {
      const path = info.outputPath(`${name.replaceAll(/[^\w]+/g, "-")}.txt`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
      await info.attach(name, { path, contentType: "application/octet-stream" });
    };
    for (const { name, page } of this.#open) {
      await attach(`console of ${name}`, page.console.join("\n"));
      const dump = await within(5_000, page.run(dumpPage, undefined)).catch((error: unknown) =>
        String(error),
      );
      await attach(`state and statistics of ${name}`, JSON.stringify(dump, null, 1));
    }
    for (const server of this.#servers) await attach("log of the server", server.log);
  }

  /** Ends everything. */
  async clear(): Promise<void> {
    for (const { page } of this.#open) await within(10_000, page.close()).catch(() => undefined);
    for (const undo of this.#later.reverse()) await undo();
    for (const server of this.#servers) await server.stop();
  }
}

/** Runs in the page. */
async function dumpPage(): Promise<unknown> {
  const engine = window.engine;
  return {
    client: engine?.clientState(),
    state: engine?.state(),
    moments: engine?.moments,
    heard: engine?.heard.slice(-200),
    connections: await window.aethexProbes?.connections.dump(),
    violations: window.aethexProbes?.violations,
  };
}

/** The result, or an error when it takes longer. A closed or stuck page must not hold up the report. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
