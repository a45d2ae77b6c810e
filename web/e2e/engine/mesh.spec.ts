// Three and four people in one call, everybody with everybody; a fifth is refused.

import type { EngineDevice } from "../harness/engine.js";
import { expect, test } from "../harness/fixtures.js";
import { register } from "../harness/people.js";
import type { Stage } from "../harness/stage.js";

const NAMES = ["Ann", "Bob", "Cem", "Dora", "Eve"];

/** People in a group with a device each. */
async function group(
  stage: Stage,
  size: number,
): Promise<{ devices: EngineDevice[]; conversationId: string }> {
  const server = await stage.server();
  const people = await Promise.all(NAMES.slice(0, size).map((name) => register(server, name)));
  const [first, ...others] = people;
  if (first === undefined) throw new Error("nobody");
  const conversationId = await first.group(...others);
  const devices: EngineDevice[] = [];
  for (const person of people) devices.push(await stage.device(person, server));
  return { devices, conversationId };
}

/** Small pictures: everybody encodes for everybody on one machine here. */
const small = (device: EngineDevice): Promise<void> =>
  device.dispatch({ type: "set-quality", quality: "240p" });

/** Everybody sees everybody else move. */
async function expectAllPairs(devices: readonly EngineDevice[]): Promise<void> {
  for (const watching of devices) {
    for (const watched of devices) {
      if (watching !== watched) await watching.expectToSee(watched.person, 30_000);
    }
  }
}

test("three people: joining, seeing everybody, leaving, going on", async ({ stage }) => {
  test.setTimeout(120_000);
  const { devices, conversationId } = await group(stage, 3);
  const [ann, bob, cem] = devices;
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  await ann.start({ conversationId, type: "video", audio: true, video: true });
  await small(ann);
  await bob.pickUp({ audio: true, video: true });
  await small(bob);
  await ann.expectPhase("active");
  await cem.pickUp({ audio: true, video: true });
  await small(cem);
  await expectAllPairs(devices);
  for (const device of devices) {
    const joined = (await device.state()).participants.filter((one) => one.status === "joined");
    expect(joined).toHaveLength(3);
  }
  await ann.expectToHear(cem.person);
  await cem.expectToHear(bob.person);

  await bob.dispatch({ type: "leave" });
  await bob.expectEnded();
  await expect.poll(() => ann.sees(bob.person).then((one) => one.status)).toBe("left");
  await expectAllPairs([ann, cem]);
  expect((await ann.heard("call:participant-left")).length).toBe(1);
  const again = (await ann.state()).callId;
  if (again === null) throw new Error("no call");
  await bob.answer(again, { audio: true, video: true });
  await ann.expectToSee(bob.person, 30_000);
  await ann.dispatch({ type: "end" });
  for (const device of [bob, cem]) expect((await device.expectEnded()).reason).toBe("ended-by-host");
});

test("four people see each other; a fifth gets `full`, and the place of one who leaves", async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const { devices, conversationId } = await group(stage, 5);
  const [ann, ...others] = devices;
  const eve = others.pop();
  if (ann === undefined || eve === undefined) throw new Error("five people");
  await ann.start({ conversationId, type: "video", audio: true, video: true });
  await small(ann);
  for (const device of others) {
    await device.pickUp({ audio: true, video: true });
    await small(device);
    await device.expectPhase("active", 30_000);
  }
  await expectAllPairs([ann, ...others]);
  await eve.pickUp({ audio: true, video: false });
  const refused = await eve.expectEnded();
  expect(refused).toMatchObject({ reason: "refused", error: { name: "Full", code: "full" } });
  const dora = others.at(-1);
  await dora?.dispatch({ type: "leave" });
  const { callId } = await ann.state();
  if (callId === null) throw new Error("no call");
  await expect
    .poll(() =>
      eve.person
        .call(callId)
        .then((call) => call.participants.filter((one) => one.status === "joined").length),
    )
    .toBe(3);
  await eve.answer(callId, { audio: true, video: false });
  await eve.expectToSee(ann.person, 30_000);
});
