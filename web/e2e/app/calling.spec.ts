// The story of the web app: two people sign up, find each other, talk, and find the call in their history.

import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import type { Person } from "../harness/people.js";
import type { ServerOptions } from "../harness/server.js";
import type { Stage } from "../harness/stage.js";
import { App } from "./pages.js";

interface Two {
  readonly url: string;
  readonly ann: App;
  readonly bob: App;
  readonly people: { readonly ann: Person; readonly bob: Person };
  readonly conversationId: string;
}

/** Ann and Bob, signed in, Ann in their conversation. */
async function two(stage: Stage, options: ServerOptions = {}): Promise<Two> {
  const server = await stage.server(options);
  const { ann, bob, conversationId } = await stage.couple(server);
  const annApp = await App.signedIn(stage, ann, server.url);
  const bobApp = await App.signedIn(stage, bob, server.url);
  await annApp.go(`/c/${conversationId}`);
  await expect(annApp.button("Video call")).toBeVisible();
  return { url: server.url, ann: annApp, bob: bobApp, people: { ann, bob }, conversationId };
}

/** Ann calls, Bob answers. */
async function talking({ ann, bob }: Two, kind: "video" | "audio"): Promise<void> {
  await ann.button(kind === "video" ? "Video call" : "Audio call").click();
  await bob.button(kind === "video" ? "Answer with video" : "Answer with audio").click();
  await Promise.all([ann.expectInCall(), bob.expectInCall()]);
}

test("two people sign up, talk, mute, share, hang up, and find the call in their history", async ({
  stage,
}) => {
  test.setTimeout(150_000);
  const server = await stage.server();
  const ann = await App.open(stage, "Ann", server.url);
  const bob = await App.open(stage, "Bob", server.url);
  await ann.signUp("Ann");
  await bob.signUp("Bob");
  await ann.find("Bob");
  await ann.button("Video call").click();
  await expect(ann.screen.getByRole("region", { name: "Calling Bob" })).toContainText("Ringing…");
  await expect(bob.card).toContainText("Video call");
  expect(
    await bob.page.run(() => window.aethexProbes?.connections.made(), undefined),
    "before the click",
  ).toBe(0);
  await bob.button("Answer with video").click();
  await Promise.all([ann.expectInCall(), bob.expectInCall()]);
  await ann.expectToSee("Bob");
  await bob.expectToSee("Ann");
  await ann.expectToHear();
  await bob.expectToHear();

  await ann.button("Turn microphone off").click();
  await expect(bob.tile("Ann")).toHaveAccessibleName(/microphone off/);
  await ann.button("Turn microphone on").click();
  await expect(bob.tile("Ann")).not.toHaveAccessibleName(/microphone off/);
  await ann.button("Turn camera off").click();
  await expect.poll(() => bob.picture("Ann"), { message: "Ann's picture" }).not.toBe("moves");
  await ann.button("Turn camera on").click();
  await bob.expectToSee("Ann");
  await ann.button("Share screen").click();
  await expect(bob.screen.getByText("Ann is sharing their screen")).toBeAttached();
  await ann.button("Stop sharing").first().click();
  await bob.expectToSee("Ann");

  await ann.button("End call").click();
  await expect(ann.heading("You ended the call")).toBeVisible();
  await expect(bob.heading("Ann hung up")).toBeVisible();
  await expect(bob.screen.getByText(/^Duration: /)).toBeVisible();
  for (const [app, other, direction] of [
    [ann, "Bob", "Outgoing"],
    [bob, "Ann", "Incoming"],
  ] as const) {
    await app.button("Close").click();
    await app.navigate("Calls");
    const entry = app.main.getByRole("listitem").filter({ hasText: other });
    await expect(entry).toHaveCount(1);
    await expect(entry).toContainText(direction);
    await expect(entry).toContainText("Video");
    await expect(entry).toContainText(/lasted/);
    await app.expectClean();
  }
});

test("a call that nobody answers leaves a badge, which goes when it is seen, and can be called back", async ({
  stage,
}) => {
  test.setTimeout(90_000);
  const { ann, bob } = await two(stage, { settings: { RING_SECONDS: 5 } });
  await ann.button("Audio call").click();
  await expect(bob.card).toBeVisible();
  await expect(ann.heading("No answer")).toBeVisible({ timeout: 15_000 });
  await expect(bob.card).toBeHidden();
  await expect(bob.screen.getByText("Missed call from Ann").first()).toBeAttached();
  const missed = bob.screen.getByRole("link", { name: /1 missed call not seen yet/ });
  await expect(missed).toBeVisible();
  await bob.navigate("Calls");
  await expect(bob.main.getByRole("listitem").filter({ hasText: "Ann" })).toContainText("Missed");
  await expect(missed).toBeHidden();
  await ann.button("Close").click();
  await bob.button("Call Ann back, audio").click();
  await ann.button("Answer with audio").click();
  await Promise.all([ann.expectInCall(), bob.expectInCall()]);
  await ann.expectToHear();
  await bob.expectToHear();
  await bob.button("End call").click();
  await expect(ann.heading("Bob hung up")).toBeVisible();
  await bob.expectClean();
});

test("a badge of yesterday is there after signing in", async ({ stage }) => {
  const server = await stage.server();
  const { ann, bob, conversationId } = await stage.couple(server);
  const begun = await ann.does<{ callId: string }>("POST", "/api/calls/initiate", { conversationId });
  await ann.does("POST", `/api/calls/${begun.callId}/end`);
  const app = await App.signedIn(stage, bob, server.url);
  await expect(app.screen.getByRole("link", { name: /1 missed call not seen yet/ })).toBeVisible();
});

test("the callee declines, the caller gives up: both are worded", async ({ stage }) => {
  const { ann, bob } = await two(stage);
  await ann.button("Audio call").click();
  await bob.card.getByRole("button", { name: "Decline" }).click();
  await expect(ann.heading("Call declined")).toBeVisible();
  await expect(bob.card).toBeHidden();
  await ann.button("Call again").click();
  await expect(bob.card).toBeVisible();
  await ann.button("Cancel call").click();
  await expect(bob.card).toBeHidden();
  await expect(bob.screen.getByText("Ann hung up before you answered").first()).toBeAttached();
  await ann.expectClean();
  await bob.expectClean();
});

test("answered on one device, the other one stops ringing and says so", async ({ stage }) => {
  const { ann, bob, people, url } = await two(stage);
  const tablet = await App.signedIn(stage, people.bob, url);
  await ann.button("Audio call").click();
  await expect(tablet.card).toBeVisible();
  await bob.button("Answer with audio").click();
  await expect(tablet.card).toBeHidden();
  await expect(tablet.screen.getByText("Answered on another device").first()).toBeAttached();
  await ann.expectInCall();
  await bob.expectInCall();
  expect(await tablet.page.run(() => window.aethexProbes?.capture.asked(), undefined)).toBe(0);
});

test("a page that is reloaded in a call is back in it, and the other one sees no leave", async ({
  stage,
}) => {
  const couple = await two(stage);
  const { ann, bob } = couple;
  await talking(couple, "video");
  await ann.expectToSee("Bob");
  const from = Date.now();
  await bob.page.reload();
  await bob.expectInCall();
  figure("call on the screen after a reload", `${Date.now() - from} ms`);
  await bob.expectToSee("Ann");
  await ann.expectToSee("Bob");
  await expect(ann.screen.getByText("Bob left")).toHaveCount(0);
  await expect(ann.heading(/hung up|ended/)).toHaveCount(0);
  await bob.expectClean();
});

test("the app stays usable behind the mini player of a call", async ({ stage }) => {
  const couple = await two(stage);
  const { ann, bob } = couple;
  await talking(couple, "audio");
  await ann.screen.goBack();
  await ann.navigate("Settings");
  const mini = ann.screen.getByRole("region", { name: "Mini player" });
  await expect(mini).toBeVisible();
  await bob.expectToHear();
  await mini.getByRole("button", { name: "Back to the call" }).click();
  await ann.expectInCall();
  await ann.button("End call").click();
  await expect(bob.heading("Ann hung up")).toBeVisible();
});

test("a denied microphone is explained, and the call goes on by listening", async ({ stage }) => {
  const server = await stage.server();
  const { ann, bob, conversationId } = await stage.couple(server);
  const annApp = await App.signedIn(stage, ann, server.url);
  const bobApp = await App.signedIn(stage, bob, server.url, { grants: false, permissions: [] });
  await annApp.go(`/c/${conversationId}`);
  await annApp.button("Audio call").click();
  await bobApp.button("Answer with audio").click();
  await Promise.all([annApp.expectInCall(), bobApp.expectInCall()]);
  await expect(
    bobApp.screen.getByText("Your browser blocks the microphone.", { exact: false }).first(),
  ).toBeVisible();
  await bobApp.button("How to allow it").click();
  await expect(bobApp.screen.getByRole("dialog", { name: "Allow the microphone" })).toBeVisible();
  await bobApp.expectToHear();
});

test("a name with markup is shown as it is and runs nothing", async ({ stage }) => {
  const server = await stage.server();
  const attack = '<img src=x onerror="document.title=1">';
  const ann = await App.open(stage, "Ann", server.url);
  await ann.signUp(attack);
  const bob = await App.open(stage, "Bob", server.url);
  await bob.signUp("Bob");
  await ann.find("Bob");
  await ann.button("Audio call").click();
  await expect(bob.card).toContainText(attack);
  await bob.button("Answer with audio").click();
  await bob.expectInCall();
  await ann.button("End call").click();
  await expect(bob.heading(/hung up/)).toContainText(attack);
  expect(await bob.screen.title()).not.toBe("1");
  await bob.expectClean();
});
