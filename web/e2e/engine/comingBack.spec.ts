// What breaks in the middle of a call and is mended without anybody leaving.

import type { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import type { Person } from "../harness/people.js";
import { pictureIn } from "../harness/probing.js";
import { connect, pair, talk } from "../harness/talking.js";

/** The longest that a reloaded page may take until media has arrived, in milliseconds. */
const BACK_WITHIN_MS = 2_000;

/** How often a device was told that somebody left or joined. */
async function comings(device: EngineDevice, person: Person): Promise<number> {
  const heard = await device.heard();
  return heard.filter(
    ({ name, payload }) =>
      (name === "call:participant-left" || name === "call:participant-joined") &&
      (payload as { userId?: string }).userId === person.id,
  ).length;
}

/** No state that a device ever showed has somebody out of the call again. */
async function expectNeverLeft(device: EngineDevice, person: Person): Promise<void> {
  const moments = await device.moments();
  const since = moments.findIndex((one) => one.phase === "active");
  const shown = moments
    .slice(since)
    .filter((one) => one.people.some((text) => text.startsWith(`${person.id}:left`)));
  expect(shown, `states that show ${person.name} as left`).toEqual([]);
}

test("a reloaded page is back in the call within two seconds, and nobody sees a leave", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice, callId } = await talk(stage);
  await annDevice.expectToSee(bob);
  const before = await comings(annDevice, bob);
  await bobDevice.reload();
  await bobDevice.expectPhase("active");
  const took = await bobDevice.page.run(() => {
    const active = window.engine?.moments.find((one) => one.phase === "active");
    return active === undefined ? null : active.atMs - performance.timeOrigin;
  }, undefined);
  figure("back after a reload", `${Math.round(took ?? -1)} ms`);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  expect(took).toBeLessThanOrEqual(BACK_WITHIN_MS);
  expect((await bobDevice.state()).callId).toBe(callId);
  expect(await comings(annDevice, bob)).toBe(before);
  await expectNeverLeft(annDevice, bob);
  expect((await bobDevice.client()).rings).toEqual([]);
});

test("what was chosen before a reload holds after it", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice } = await talk(stage);
  await bobDevice.dispatch({ type: "set-microphone", enabled: false });
  await annDevice.expectMediaState(bob, { audioEnabled: false });
  await bobDevice.reload();
  await bobDevice.expectPhase("active");
  await annDevice.expectToSee(bob);
  expect((await bobDevice.state()).microphone.wanted).toBe(false);
  await annDevice.expectToHearNothingOf(bob);
  await bobDevice.expectToHear(ann);
});

test("the caller reloads while it rings, and is connected when the callee answers", async ({ stage }) => {
  const two = await pair(stage);
  await two.annDevice.start({ conversationId: two.conversationId, type: "audio", audio: true, video: false });
  const callId = await two.bobDevice.rung();
  await two.annDevice.expectPhase("ringing");
  await two.annDevice.reload();
  await two.annDevice.expectPhase("ringing");
  await two.bobDevice.answer(callId, { audio: true, video: false });
  await two.annDevice.expectToHear(two.bob);
  await two.bobDevice.expectToHear(two.ann);
});

test("the socket is cut for ten seconds: media goes on, and the state catches up", async ({ stage }) => {
  const server = await stage.server();
  const link = await stage.link(server);
  const couple = await stage.couple(server);
  const annDevice = await stage.device(couple.ann, server);
  const bobDevice = await stage.device(couple.bob, link);
  const { ann, bob } = couple;
  await connect({ ...couple, server, annDevice, bobDevice });
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  const before = await comings(annDevice, bob);

  let whole = false;
  const healed = link.cutFor(10_000).then(() => {
    whole = true;
  });
  await expect.poll(() => bobDevice.state().then((state) => state.signalling)).toBe("reconnecting");
  await annDevice.dispatch({ type: "set-microphone", enabled: false });
  await expect.poll(() => annDevice.sees(bob).then((one) => one.connection)).toBe("reconnecting");
  expect((await bobDevice.sees(ann)).mediaState.audioEnabled, "Bob cannot know yet").toBe(true);
  while (!whole) {
    await annDevice.expectToSee(bob, 2_000);
    await bobDevice.expectToSee(ann, 2_000);
    expect(await bobDevice.phase()).toBe("active");
  }
  await healed;
  await expect
    .poll(() => bobDevice.state().then((state) => state.signalling), { timeout: 15_000 })
    .toBe("connected");
  await bobDevice.expectMediaState(ann, { audioEnabled: false });
  await expect.poll(() => annDevice.sees(bob).then((one) => one.connection)).toBe("connected");
  await annDevice.expectToSee(bob);
  expect(
    (await annDevice.moments()).some((one) => one.phase === "reconnecting"),
    "media never stopped",
  ).toBe(false);
  expect(await comings(annDevice, bob)).toBe(before);
  await expectNeverLeft(annDevice, bob);
  expect((await bobDevice.state()).notices.map((one) => one.kind)).not.toContain("signalling-lost");
});

test("what is done while the socket is cut is made good afterwards", async ({ stage }) => {
  const server = await stage.server();
  const link = await stage.link(server);
  const couple = await stage.couple(server);
  const annDevice = await stage.device(couple.ann, server);
  const bobDevice = await stage.device(couple.bob, link);
  await connect({ ...couple, server, annDevice, bobDevice }, "audio");
  link.cut();
  await expect.poll(() => bobDevice.state().then((state) => state.signalling)).toBe("reconnecting");
  await bobDevice.page.run(
    () => void window.engine?.session().dispatch({ type: "set-microphone", enabled: false }),
    undefined,
  );
  await annDevice.expectToHearNothingOf(couple.bob);
  link.heal();
  await annDevice.expectMediaState(couple.bob, { audioEnabled: false });
});

test("the server is killed and started again: media goes on, both resume, and hanging up works", async ({
  stage,
}) => {
  const { ann, bob, annDevice, bobDevice, server, callId } = await talk(stage);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  await server.kill();
  for (const device of [annDevice, bobDevice]) {
    await expect.poll(() => device.state().then((state) => state.signalling)).toBe("reconnecting");
  }
  await Promise.all([annDevice.expectToSee(bob, 3_000), bobDevice.expectToSee(ann, 3_000)]);
  await server.launch();
  for (const device of [annDevice, bobDevice]) {
    await expect
      .poll(() => device.state().then((state) => state.signalling), { timeout: 20_000 })
      .toBe("connected");
  }
  await Promise.all([annDevice.expectToSee(bob, 3_000), bobDevice.expectToSee(ann, 3_000)]);
  await expect
    .poll(() => ann.call(callId).then((call) => call.participants.map((one) => one.connection)))
    .toEqual(["connected", "connected"]);
  await expectNeverLeft(annDevice, bob);
  await bobDevice.dispatch({ type: "leave" });
  await annDevice.expectEnded();
  await bobDevice.expectEnded();
  expect((await ann.history())[0]).toMatchObject({ id: callId, outcome: "answered" });
});

test("a tab that is closed for good is shown as reconnecting, not as left", async ({ stage }) => {
  const { bob, annDevice, bobDevice } = await talk(stage, { type: "audio" });
  await bobDevice.page.close();
  await expect.poll(() => annDevice.sees(bob).then((one) => one.connection)).toBe("reconnecting");
  expect((await annDevice.sees(bob)).status).toBe("joined");
  expect(await pictureIn(annDevice.page, `[id="video-${bob.id}"]`)).toBe("none");
});
