// From the first ring to the end of a call, as both sides see it and as it stands in their history.

import { expect, test } from "../harness/fixtures.js";
import { connect, pair, talk } from "../harness/talking.js";

for (const who of ["caller", "callee"] as const) {
  test(`the ${who} hangs up: both have the same end and the same duration in their history`, async ({
    stage,
  }) => {
    const two = await talk(stage, { type: "audio" });
    const { ann, bob, annDevice, bobDevice, callId } = two;
    const [first, second] = who === "caller" ? [annDevice, bobDevice] : [bobDevice, annDevice];
    await expect
      .poll(async () => Date.now() - ((await annDevice.state()).startedAtMs ?? Date.now()))
      .toBeGreaterThan(1_000);
    await first.dispatch({ type: "leave" });
    const other = await second.expectEnded();
    expect(other).toMatchObject({ reason: "ended-by-user", endedBy: first.person.id });
    await first.expectEnded();
    const call = await ann.call(callId);
    expect(call).toMatchObject({ status: "ended", endReason: "ended-by-user", endedBy: first.person.id });
    expect(call.duration).toBeGreaterThanOrEqual(1);
    expect(other.durationSeconds).toBe(call.duration);
    const [annsEntry] = await ann.history();
    const [bobsEntry] = await bob.history();
    expect(annsEntry).toMatchObject({
      id: callId,
      direction: "outgoing",
      outcome: "answered",
      duration: call.duration,
    });
    expect(bobsEntry).toMatchObject({
      id: callId,
      direction: "incoming",
      outcome: "answered",
      duration: call.duration,
    });
    for (const { page } of [annDevice, bobDevice]) {
      const left = await page.run(
        () => [
          window.aethexProbes?.connections.open(),
          window.aethexProbes?.capture.live("audio"),
          window.aethexProbes?.capture.live("video"),
        ],
        undefined,
      );
      expect(left, "open connections, live microphones, live cameras").toEqual([0, 0, 0]);
    }
  });
}

test("the callee declines: the caller is told, nothing is captured there", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice, conversationId } = await pair(stage);
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await expect.poll(() => annDevice.state().then((state) => state.rung)).toBe(true);
  await bobDevice.decline();
  expect(await annDevice.expectEnded()).toMatchObject({ reason: "rejected", durationSeconds: 0 });
  await expect.poll(() => bobDevice.client().then((one) => one.rings)).toEqual([]);
  expect((await ann.history())[0]).toMatchObject({ outcome: "declined", direction: "outgoing" });
  expect((await bob.history())[0]).toMatchObject({ outcome: "declined", direction: "incoming" });
  expect(await bobDevice.page.run(() => window.aethexProbes?.capture.asked(), undefined)).toBe(0);
});

test("the caller gives up: the ring stops and the callee has a missed call", async ({ stage }) => {
  const { bob, annDevice, bobDevice, conversationId } = await pair(stage);
  await annDevice.start({ conversationId, type: "audio", audio: true, video: false });
  await bobDevice.rung();
  await annDevice.expectPhase("ringing");
  await annDevice.dispatch({ type: "leave" });
  await expect.poll(() => bobDevice.client().then((one) => one.ringOver?.reason)).toBe("cancelled");
  expect((await bobDevice.client()).rings).toEqual([]);
  expect(await annDevice.expectEnded()).toMatchObject({ reason: "cancelled" });
  expect((await bob.missed())[0]).toMatchObject({ outcome: "missed", missedReason: "cancelled" });
});

test("nobody answers: both are told after the ring time, and the callee has a missed call", async ({
  stage,
}) => {
  const { ann, bob, annDevice, bobDevice, conversationId } = await pair(stage, {
    server: { settings: { RING_SECONDS: 5 } },
  });
  await annDevice.start({ conversationId, type: "audio", audio: true, video: false });
  await bobDevice.rung();
  expect(await annDevice.expectEnded()).toMatchObject({ reason: "timeout", durationSeconds: 0 });
  await expect.poll(() => bobDevice.client().then((one) => one.ringOver?.reason)).toBe("timeout");
  expect((await ann.history())[0]).toMatchObject({ outcome: "no-answer" });
  expect((await bob.missed())[0]).toMatchObject({ outcome: "missed", missedReason: "timeout" });
  await expect.poll(() => bobDevice.client().then((one) => one.missed), { message: "missed calls" }).toBe(1);
});

test("somebody in a call rings softly, and the caller knows that they are busy", async ({ stage }) => {
  const two = await talk(stage, { type: "audio" });
  const { bob, server, bobDevice, annDevice } = two;
  const { ann: cem, bob: dora } = await stage.couple(server);
  expect(dora.id).not.toBe(cem.id);
  const cemDevice = await stage.device(cem, server);
  await cemDevice.start({ conversationId: await cem.direct(bob), type: "audio", audio: true, video: false });
  await bobDevice.rung();
  expect((await bobDevice.client()).rings[0]).toMatchObject({ soft: true, callerId: cem.id });
  await expect.poll(() => cemDevice.sees(bob).then((one) => one.busy)).toBe(true);
  const second = await bobDevice.rung();
  await bobDevice.answer(second, { audio: true, video: false });
  await cemDevice.expectPhase("active");
  expect(await annDevice.expectEnded(), "answering leaves the first call").toMatchObject({ endedBy: bob.id });
});

test("a server that refuses calls to busy people says so", async ({ stage }) => {
  const two = await talk(stage, { type: "audio", server: { settings: { BUSY: "reject" } } });
  const { bob, server, bobDevice } = two;
  const { ann: cem } = await stage.couple(server);
  const cemDevice = await stage.device(cem, server);
  await cemDevice.start({ conversationId: await cem.direct(bob), type: "audio", audio: true, video: false });
  expect(await cemDevice.expectEnded()).toMatchObject({ reason: "busy" });
  expect((await bobDevice.client()).rings).toEqual([]);
});

test("both call at the same moment: it is one call", async ({ stage }) => {
  const two = await pair(stage);
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  const how = { conversationId, type: "audio", audio: true, video: false } as const;
  await Promise.all([annDevice.start(how), bobDevice.start(how)]);
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  expect((await annDevice.state()).callId).toBe((await bobDevice.state()).callId);
  expect((await bobDevice.client()).rings, "what still rings at Bob").toEqual([]);
  expect((await annDevice.client()).rings, "what still rings at Ann").toEqual([]);
  await annDevice.dispatch({ type: "leave" });
  await bobDevice.expectEnded();
  expect(await ann.history()).toHaveLength(1);
});

test("the second device of the callee stops ringing when the first one answers", async ({ stage }) => {
  const two = await pair(stage);
  const tablet = await stage.device(two.bob, two.server);
  await two.annDevice.start({ conversationId: two.conversationId, type: "audio", audio: true, video: false });
  await tablet.rung();
  await two.bobDevice.pickUp({ audio: true, video: false });
  await two.annDevice.expectPhase("active");
  await expect.poll(() => tablet.client().then((one) => one.ringOver?.reason)).toBe("answered-elsewhere");
  expect((await tablet.client()).rings).toEqual([]);
  expect(await tablet.page.run(() => window.aethexProbes?.capture.asked(), undefined)).toBe(0);
  await two.bobDevice.expectPhase("active");
});

test("the same two call again and again on the same pages", async ({ stage }) => {
  const two = await pair(stage);
  for (let turn = 0; turn < 3; turn += 1) {
    await connect(two, "audio");
    await two.annDevice.expectToHear(two.bob);
    await two.bobDevice.dispatch({ type: "leave" });
    await two.annDevice.expectEnded();
  }
  expect(await two.ann.history()).toHaveLength(3);
});
