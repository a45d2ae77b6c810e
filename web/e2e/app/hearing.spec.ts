// Back in a call without a click: the browser holds the sound back, the app says so, and one tap brings it.

import { expect, test } from "../harness/fixtures.js";
import { PASSWORD } from "../harness/people.js";
import { expectSound } from "../harness/probing.js";
import { launchUntouched, UntouchedPage } from "../harness/untouched.js";
import { App } from "./pages.js";

test("“Tap to hear” appears to somebody who is back with a muted microphone, and works", async ({
  stage,
}) => {
  test.setTimeout(90_000);
  const server = await stage.server();
  const { ann, bob, conversationId } = await stage.couple(server);
  const annApp = await App.signedIn(stage, ann, server.url);
  await annApp.go(`/c/${conversationId}`);

  const browser = await launchUntouched();
  stage.afterwards(() => browser.close());
  const page = await UntouchedPage.in(browser);
  await page.prepare(stage.probes);
  await page.open(server.url);
  await page.native.locator('::-p-aria([name="E-mail address"][role="textbox"])').fill(bob.email);
  await page.native.locator('input[type="password"]').fill(PASSWORD);
  await page.press("Sign in");
  await expect.poll(() => page.run(() => document.body.textContent, undefined)).toContain("Ann");

  await annApp.button("Audio call").click();
  await page.press("Answer with audio");
  await annApp.expectInCall();
  await page.press("Turn microphone off");
  await expect(annApp.tile("Bob")).toHaveAccessibleName(/microphone off/);

  // Away and back: what was clicked before does not count any more.
  await page.open("about:blank");
  await page.open(server.url);
  await page.press("Tap to hear");
  await expectSound(page);
  await expect.poll(() => page.run(() => document.body.textContent, undefined)).not.toContain("Tap to hear");
  expect(await page.run(() => window.aethexProbes?.capture.live("audio"), undefined), "still muted").toBe(0);
});
