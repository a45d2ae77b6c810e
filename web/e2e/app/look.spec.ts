// Every screen, light, dark and on a phone: no accessibility violation, every control in reach.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../harness/fixtures.js";
import type { PageOptions } from "../harness/stage.js";
import { App } from "./pages.js";

/** The least size of a control in CSS pixels (WCAG 2.2, 2.5.8). */
const LEAST = 24;
/** The same for the controls of a call on a phone: what a thumb hits. */
const LEAST_FOR_THUMBS = 44;

/** Where pictures of the screens go, when somebody wants them. */
const SHOTS = process.env.AETHEX_TEST_SHOTS;

const PHONE = { width: 390, height: 844 };

const WINDOWS: Readonly<Record<string, PageOptions>> = {
  "a desktop": {},
  "a phone": { viewport: PHONE },
};

/** No violation on the screen as it is, light and dark, and every control in reach. */
async function expectGood(app: App, screen: string, within = "body", least = LEAST): Promise<void> {
  await test.step(screen, async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await app.screen.emulateMedia({ colorScheme });
      // The aggregated run of axe opens another page, which would hide this one.
      const { violations } = await new AxeBuilder({ page: app.screen }).setLegacyMode(true).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`,
      );
      expect.soft(found, `axe on ${screen}, ${colorScheme}`).toEqual([]);
      if (SHOTS !== undefined) {
        const width = app.screen.viewportSize()?.width;
        await app.screen.screenshot({ path: `${SHOTS}/${screen} (${width}, ${colorScheme}).png` });
      }
    }
    // Somebody who uses the keyboard: what appears on focus appears.
    if (within === "body") await app.screen.keyboard.press("Tab");
    const flaws = await app.page.run(({ where, px }) => window.aethexProbes?.flaws(where, px), {
      where: within,
      px: least,
    });
    expect.soft(flaws, `controls on ${screen}`).toEqual([]);
  });
}

for (const [size, options] of Object.entries(WINDOWS)) {
  const phone = options.viewport !== undefined;

  test(`the screens outside of a call, on ${size}`, async ({ stage }) => {
    test.setTimeout(120_000);
    const server = await stage.server({ settings: { RING_SECONDS: 5 } });
    const { ann, bob, conversationId } = await stage.couple(server);
    await ann.group(bob);
    const begun = await bob.does<{ callId: string }>("POST", "/api/calls/initiate", { conversationId });
    await bob.does("POST", `/api/calls/${begun.callId}/end`);
    const app = await App.open(stage, "Ann", server.url, options);
    await expectGood(app, "signing in");
    await app.button("Sign in").click();
    await expectGood(app, "signing in with nothing filled in");
    await app.button("Create account").click();
    await expectGood(app, "signing up");
    await app.go("/");
    await app.signIn(ann.email);
    await expect(app.main.getByRole("link", { name: /Bob/ }).first()).toBeVisible();
    await expectGood(app, "the conversations");
    await app.screen.getByRole("searchbox", { name: "Find people and conversations" }).fill("Bob");
    await expect(app.main.getByText(bob.email)).toBeVisible();
    await expectGood(app, "people found");
    await app.button("New group").click();
    await expect(app.screen.getByRole("dialog", { name: "New group" })).toBeVisible();
    await expectGood(app, "a new group", "[role=dialog]");
    await app.screen.keyboard.press("Escape");
    await app.go(`/c/${conversationId}`);
    await expect(app.button("Video call")).toBeVisible();
    await expectGood(app, "a conversation");
    await app.go("/history");
    await expect(app.main.getByRole("listitem").filter({ hasText: "Bob" })).toBeVisible();
    await expectGood(app, "the history");
    await app.go("/settings");
    await expect(app.heading("Blocked people")).toBeVisible();
    await expectGood(app, "the settings");
    await app.go("/nowhere");
    await expect(app.heading("There is no such page")).toBeVisible();
    await expectGood(app, "an unknown page");
    const { violations } = await app.page.run(
      () => ({ violations: window.aethexProbes?.violations }),
      undefined,
    );
    expect(violations).toEqual([]);
  });

  test(`the screens of a call, on ${size}`, async ({ stage }) => {
    test.setTimeout(150_000);
    const server = await stage.server();
    const { ann, bob, conversationId } = await stage.couple(server);
    const annApp = await App.signedIn(stage, ann, server.url, options);
    const bobApp = await App.signedIn(stage, bob, server.url, options);
    await annApp.go(`/c/${conversationId}`);
    await annApp.button("Video call").click();
    await expect(bobApp.card).toBeVisible();
    await expectGood(
      annApp,
      "calling",
      "[role=region][aria-label^=Calling]",
      phone ? LEAST_FOR_THUMBS : LEAST,
    );
    await expectGood(bobApp, "an incoming call", "[role=dialog]", phone ? LEAST_FOR_THUMBS : LEAST);
    await bobApp.button("Answer with video").click();
    await Promise.all([annApp.expectInCall(), bobApp.expectInCall()]);
    await annApp.expectToSee("Bob");
    await expectGood(annApp, "in a call", "[role=region][aria-label=Call]");
    const small = await annApp.page.run(
      (px) => window.aethexProbes?.flaws('[role=region][aria-label="Call controls"]', px),
      phone ? LEAST_FOR_THUMBS : LEAST,
    );
    expect.soft(small, "the control bar").toEqual([]);
    if (phone) {
      await annApp.button("More options").click();
      await annApp.screen.getByRole("menuitem", { name: "Show people" }).click();
    } else {
      await annApp.button(/^Show people/).click();
    }
    await expect(annApp.heading("People")).toBeVisible();
    await expectGood(annApp, "the people of a call", "[role=region][aria-label=Call]");
    await annApp.screen.keyboard.press("Escape");
    await annApp.button("More options").click();
    await expect(annApp.screen.getByRole("menu")).toBeVisible();
    await expectGood(annApp, "the menu of a call", "[role=menu]");
    await annApp.screen.keyboard.press("Escape");
    await bobApp.button("End call").click();
    await expect(annApp.heading("Bob hung up")).toBeVisible();
    await expectGood(annApp, "a call that has ended", "[role=region][aria-label^=Bob]");
    await expectGood(bobApp, "a call one has left", "[role=region][aria-label^=You]");
    await annApp.expectClean();
    await bobApp.expectClean();
  });
}
