// A call of three in the web app: hands, reactions, volume, asking to speak, layouts, and who is lost.

import { expect, test } from "../harness/fixtures.js";
import { WITH_SFU } from "../harness/gathering.js";
import { register } from "../harness/people.js";
import type { Stage } from "../harness/stage.js";
import { App } from "./pages.js";

/** Ann, Bob and Cid in a group call that Ann began, without pictures: three cameras are a matter of the engine's tests. */
async function three(
  stage: Stage,
  settings: Readonly<Record<string, string | number>>,
): Promise<{ ann: App; bob: App; cid: App }> {
  const server = await stage.server({ settings });
  const people = await Promise.all(["Ann", "Bob", "Cid"].map((name) => register(server, name)));
  const [annPerson, bobPerson, cidPerson] = people;
  if (annPerson === undefined || bobPerson === undefined || cidPerson === undefined) throw new Error("three");
  const conversationId = await annPerson.group(bobPerson, cidPerson);
  const ann = await App.signedIn(stage, annPerson, server.url);
  const bob = await App.signedIn(stage, bobPerson, server.url);
  const cid = await App.signedIn(stage, cidPerson, server.url);
  await ann.go(`/c/${conversationId}`);
  await ann.button("Audio call").click();
  await bob.button("Answer with audio").click();
  await cid.button("Answer with audio").click();
  await Promise.all([ann, bob, cid].map((app) => app.expectInCall()));
  return { ann, bob, cid };
}

const WAYS = { "with media between them": {}, "with media through the server": WITH_SFU };

for (const [way, settings] of Object.entries(WAYS)) {
  test(`three people hear each other, raise hands, react, and are asked to speak, ${way}`, async ({
    stage,
  }) => {
    test.setTimeout(180_000);
    await story(await three(stage, settings));
  });
}

async function story({ ann, bob, cid }: { ann: App; bob: App; cid: App }): Promise<void> {
  await cid.expectToHear();

  await cid.screen.keyboard.press("h");
  await expect(ann.tile("Cid")).toHaveAccessibleName(/hand raised/);
  await bob.button("Raise hand").click();
  await ann.button("2 raised hands. Show people").click();
  const people = ann.screen.getByRole("complementary", { name: "People" });
  const hands = people.getByRole("list").first().getByRole("listitem");
  await expect(hands).toHaveText([/Cid/, /Bob/]);
  await people.getByRole("button", { name: "Lower Cid’s hand" }).click();
  await expect(cid.button("Raise hand")).toBeVisible();
  await expect(hands).toHaveText([/Bob/]);

  await cid.button("React").click();
  await cid.button("Heart").click();
  await expect(ann.screen.getByText("Cid reacted: Heart")).toBeAttached();

  await people.getByRole("button", { name: "Volume of Cid" }).click();
  const slider = ann.screen.getByRole("slider", { name: "Volume of Cid" });
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", "0%");
  await ann.screen.keyboard.press("Escape");

  const act = async (item: string | RegExp): Promise<void> => {
    await people.getByRole("button", { name: "Actions for Bob" }).click();
    await ann.screen.getByRole("menuitem", { name: item }).click();
  };
  await act("Mute Bob");
  await expect(bob.button("Turn microphone on").first()).toBeVisible();
  await expect(ann.tile("Bob")).toHaveAccessibleName(/microphone off/);
  await act(/Ask to unmute/);
  await expect(bob.screen.getByText("Ann asks you to turn your microphone on.")).toBeVisible();
  await expect(ann.tile("Bob"), "nobody is unmuted by somebody else").toHaveAccessibleName(/microphone off/);
  await bob.screen
    .getByRole("region", { name: "Notices" })
    .getByRole("button", { name: "Turn microphone on" })
    .click();
  await expect(ann.tile("Bob")).not.toHaveAccessibleName(/microphone off/);

  await bob.button("Turn camera on").click();
  await ann.expectToSee("Bob");
  await ann.button("Change layout").click();
  await ann.screen.getByRole("menuitemradio", { name: /Audio only/ }).click();
  await expect(ann.call.locator("video")).toHaveCount(0);
  await ann.screen.keyboard.press("l");
  await ann.expectToSee("Bob");
  for (const app of [ann, bob, cid]) await app.expectClean();
}

test("whose media has stopped is shown as reconnecting to the others, until it comes again", async ({
  stage,
}) => {
  test.setTimeout(120_000);
  const { ann, bob, cid } = await three(stage, WITH_SFU);
  await ann.expectToHear();
  await cid.page.run(() => window.aethexProbes?.connections.closeAll(), undefined);
  for (const app of [ann, bob]) {
    await expect(app.tile("Cid")).toContainText("Reconnecting…", { timeout: 15_000 });
  }
  await expect(ann.tile("Bob")).not.toContainText("Reconnecting…");
  await cid.screen.reload();
  await cid.expectInCall();
  for (const app of [ann, bob]) {
    await expect(app.tile("Cid")).not.toContainText("Reconnecting…", { timeout: 20_000 });
  }
  await cid.expectToHear();
});
