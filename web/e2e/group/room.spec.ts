// People in a call through the server: layers, screens, mute, hands and signs.

import { expect, test } from "../harness/fixtures.js";
import { expectTopology, gather, threeTalk, twoTalk } from "../harness/gathering.js";
import { pictureIn } from "../harness/probing.js";

test("mute, camera and screen reach everybody without a new negotiation", async ({ stage }) => {
  test.setTimeout(150_000);
  const { ann, cem } = await threeTalk(stage);
  await cem.expectToHear(ann.person);
  const offers = async (): Promise<number> => (await cem.heard("call:offer")).length;
  const before = await offers();

  await ann.dispatch({ type: "set-microphone", enabled: false });
  await cem.expectMediaState(ann.person, { audioEnabled: false });
  await expect.poll(() => cem.sees(ann.person).then((one) => one.speaking)).toBe(false);
  await ann.dispatch({ type: "set-camera", enabled: false });
  await cem.expectMediaState(ann.person, { videoEnabled: false });
  await expect.poll(() => cem.sees(ann.person).then((one) => one.cameraTrack)).toBeNull();
  await ann.dispatch({ type: "set-camera", enabled: true });
  await cem.expectToSee(ann.person);

  await ann.dispatch({ type: "share-screen" });
  await cem.expectMediaState(ann.person, { screenSharing: true });
  await expect.poll(() => cem.sees(ann.person).then((one) => one.screenTrack)).not.toBeNull();
  await expect
    .poll(() => pictureIn(cem.page, `[id="video-${ann.person.id}"]`), { message: "the screen" })
    .not.toBe("none");
  await expect.poll(() => cem.sees(ann.person).then((one) => one.cameraTrack)).not.toBeNull();
  await ann.dispatch({ type: "stop-sharing" });
  await ann.dispatch({ type: "set-microphone", enabled: true });
  await cem.expectToSee(ann.person);
  expect(await offers()).toBe(before);
});

test("what nobody looks at is not sent, and comes back when somebody does", async ({ stage }) => {
  test.setTimeout(120_000);
  const { ann, bob, cem } = await threeTalk(stage);
  await cem.expectToSee(ann.person);
  for (const device of [bob, cem]) await device.dispatch({ type: "show", tiles: [] });
  const frames = (): Promise<number> =>
    ann.page.run(async () => {
      const flows = (await window.aethexProbes?.connections.outbound()) ?? [];
      return flows.filter((one) => one.kind === "video").reduce((sum, one) => sum + one.frames, 0);
    }, undefined);
  let last = -1;
  await expect
    .poll(
      async () => {
        const [before, now] = [last, await frames()];
        last = now;
        return now - before;
      },
      { timeout: 20_000, intervals: [1_000], message: "pictures that Ann encodes in a second" },
    )
    .toBe(0);
  const tile = { userId: ann.person.id, source: "camera", width: 640, height: 360 } as const;
  await cem.dispatch({ type: "show", tiles: [tile] });
  await cem.expectToSee(ann.person);
});

test("hands, signs and being asked to speak", async ({ stage }) => {
  test.setTimeout(90_000);
  const gathering = await gather(stage, 3);
  const [ann, bob, cem] = gathering.devices;
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  await twoTalk(gathering);
  await cem.pickUp({ audio: false, video: false });
  await expectTopology([ann, bob, cem], "sfu");
  await cem.dispatch({ type: "raise-hand", raised: true });
  await bob.dispatch({ type: "raise-hand", raised: true });
  await expect.poll(() => ann.sees(bob.person).then((one) => one.handOrder)).toBe(2);
  expect((await ann.sees(cem.person)).handOrder).toBe(1);
  await ann.dispatch({ type: "lower-hand", userId: cem.person.id });
  await expect.poll(() => bob.sees(bob.person).then((one) => one.handOrder)).toBe(1);
  await bob.dispatch({ type: "react", reaction: "👏" });
  await expect.poll(() => ann.state().then((state) => state.reactions)).toEqual(["👏"]);
  await expect.poll(() => ann.state().then((state) => state.reactions)).toEqual([]);
  await ann.dispatch({ type: "ask-to-unmute", userId: cem.person.id });
  await expect
    .poll(() => cem.state().then((state) => state.notices.map((one) => one.kind)))
    .toContain("unmute-requested");
});
