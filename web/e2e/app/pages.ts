// The web app as a person uses it: what is on the screen, by its roles and words.

import { expect, type Locator, type Page } from "@playwright/test";
import type { ChromiumPage } from "../harness/chromiumPage.js";
import { freshEmail, PASSWORD, type Person } from "../harness/people.js";
import { expectMotion, expectSound, pictureIn } from "../harness/probing.js";
import type { PageOptions, Stage } from "../harness/stage.js";

/** Somebody in front of the app. */
export class App {
  readonly page: ChromiumPage;
  readonly #server: string;
  readonly #elsewhere: string[] = [];

  private constructor(page: ChromiumPage, server: string) {
    this.page = page;
    this.#server = server;
    page.native.on("request", (request) => {
      const url = new URL(request.url());
      const own = url.origin === server || ["blob:", "data:"].includes(url.protocol);
      if (!own) this.#elsewhere.push(request.url());
    });
  }

  /** Opens the app in a browser profile of its own. */
  static async open(stage: Stage, name: string, server: string, options: PageOptions = {}): Promise<App> {
    const app = new App(await stage.page(name, options), server);
    await app.go("/");
    return app;
  }

  /** Opens the app and signs in. */
  static async signedIn(
    stage: Stage,
    person: Person,
    server: string,
    options: PageOptions = {},
  ): Promise<App> {
    const app = await App.open(stage, person.name, server, options);
    await app.signIn(person.email);
    return app;
  }

  get screen(): Page {
    return this.page.native;
  }

  /** A button by its whole name. */
  button(name: string | RegExp): Locator {
    return this.screen.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  }

  heading(name: string | RegExp): Locator {
    return this.screen.getByRole("heading", { name });
  }

  /** The page that is open, without navigation and messages. */
  get main(): Locator {
    return this.screen.getByRole("main");
  }

  /** The screen of a running call. */
  get call(): Locator {
    return this.screen.getByRole("region", { name: "Call", exact: true });
  }

  /** The card of an incoming call. */
  get card(): Locator {
    return this.screen.getByRole("dialog", { name: /is calling/ });
  }

  async go(path: string): Promise<void> {
    await this.page.open(this.#server + path);
  }

  /** Makes an account. */
  async signUp(name: string): Promise<string> {
    const email = freshEmail(name);
    await this.button("Create account").click();
    await this.screen.getByLabel("Your name").fill(name);
    await this.screen.getByLabel("E-mail address").fill(email);
    await this.screen.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.button("Create account").click();
    await this.expectHome();
    return email;
  }

  async signIn(email: string): Promise<void> {
    await this.screen.getByLabel("E-mail address").fill(email);
    await this.screen.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.button("Sign in").click();
    await this.expectHome();
  }

  async expectHome(): Promise<void> {
    await expect(this.screen.getByRole("heading", { name: "Conversations", level: 1 })).toBeVisible();
  }

  /** Finds somebody by name and opens the conversation with them. */
  async find(name: string): Promise<void> {
    await this.screen.getByRole("searchbox", { name: "Find people and conversations" }).fill(name);
    const people = this.screen.getByRole("region", { name: "People" });
    await people.getByRole("button", { name }).first().click();
    await expect(this.button("Video call")).toBeVisible();
  }

  /** Goes to a page by the navigation. */
  async navigate(name: "Conversations" | "Calls" | "Settings"): Promise<void> {
    const navigation = this.screen.getByRole("navigation", { name: "Main" });
    await navigation.getByRole("link", { name: new RegExp(`^${name}`) }).click();
    await expect(this.screen.getByRole("heading", { name, level: 1 })).toBeVisible();
  }

  /** Waits until one is in a call. */
  async expectInCall(): Promise<void> {
    await expect(this.call.getByRole("region", { name: "Call controls" })).toBeVisible({ timeout: 20_000 });
  }

  /** The tile of somebody. */
  tile(name: string): Locator {
    return this.call.getByRole("group", { name: new RegExp(`^${name}`) });
  }

  /** Waits until the picture in somebody's tile moves. */
  async expectToSee(name: string): Promise<void> {
    await expectMotion(this.page, `[role="group"][aria-label^="${name}"] video`);
  }

  /** What the picture in somebody's tile does. */
  picture(name: string): Promise<string> {
    return pictureIn(this.page, `[role="group"][aria-label^="${name}"] video`);
  }

  /** Waits until something is heard. */
  async expectToHear(): Promise<void> {
    await expectSound(this.page);
  }

  /** No violation of the policy, no request to another origin, no error in the console. */
  async expectClean(): Promise<void> {
    expect(
      await this.page.run(() => window.aethexProbes?.violations, undefined),
      "policy violations",
    ).toEqual([]);
    expect(this.#elsewhere, "requests to other origins").toEqual([]);
    const errors = this.page.console.filter((line) => /^(error|uncaught)/.test(line));
    expect(errors, "errors in the console").toEqual([]);
  }
}
