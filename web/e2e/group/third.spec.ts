// The third person moves a call to the server and back, and the first two do not notice.

import type { EngineDevice } from "../harness/engine.js";
import { expect, test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, gather, threeTalk, twoTalk } from "../harness/gathering.js";
import { silencesAt } from "../harness/talking.js";

/** The longest silence that is not heard as a gap, in milliseconds. */
const UNHEARD_MS = 100;

const sing = (device: EngineDevice): Promise<void> =>
  device.page.run(() => window.aethexProbes?.hearing.sing(), undefined);
const listen = (device: EngineDevice): Promise<void> =>
  device.page.run(() => window.aethexProbes?.hearing.listen(), undefined);

/** The open connections of a page. */
const open = (device: EngineDevice): Promise<number> =>
  device.page.run(() => window.aethexProbes?.connections.open() ?? -1, undefined);

test("a third person joins: everybody sees and hears everybody, and one who leaves takes it back", async ({
  stage,
}) => {
  test.setTimeout(150_000);
  const { ann, bob, cem } = await threeTalk(stage);
  await expectAllPairs([ann, bob, cem]);
  await Promise.all([
    ann.expectToHear(cem.person),
    bob.expectToHear(ann.person),
    cem.expectToHear(bob.person),
  ]);
  for (const device of [ann, bob, cem]) {
    await expect.poll(() => open(device), { message: "connections: both with the server" }).toBe(2);
  }

  await cem.dispatch({ type: "leave" });
  await expectTopology([ann, bob], "mesh", 40_000);
  await expectAllPairs([ann, bob]);
  await Promise.all([ann.expectToHear(bob.person), bob.expectToHear(ann.person)]);
  for (const device of [ann, bob]) await expect.poll(() => open(device), { message: "connections" }).toBe(1);
  for (const device of [ann, bob]) {
    const phases = (await device.moments()).map((one) => one.phase);
    expect(phases.slice(phases.indexOf("active")), device.person.name).not.toContain("reconnecting");
  }
});

test("the step from two to three people and back is not heard", async ({ stage }) => {
  test.setTimeout(150_000);
  const gathering = await gather(stage, 3);
  const [ann, bob, cem] = gathering.devices;
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  // Cem says nothing: what is heard at Ann's is Bob alone.
  for (const device of [ann, bob]) await sing(device);
  await twoTalk(gathering, "video");
  await Promise.all([ann.expectToHear(bob.person), bob.expectToHear(ann.person)]);
  for (const device of [ann, bob]) await listen(device);
  await cem.pickUp({ audio: false, video: false });
  await expectTopology([ann, bob, cem], "sfu");
  for (const device of [ann, bob]) await expect.poll(() => open(device)).toBe(2);
  await cem.dispatch({ type: "leave" });
  await expectTopology([ann, bob], "mesh", 40_000);
  for (const device of [ann, bob]) await expect.poll(() => open(device)).toBe(1);
  for (const device of [ann, bob]) {
    const ways = (await device.heard("call:topology-changed")).map(({ atMs, payload }) => ({
      atMs,
      payload,
    }));
    const found = (await silencesAt(device)).filter(({ ms }) => ms > UNHEARD_MS);
    expect(found, `what ${device.person.name} did not hear; ${JSON.stringify(ways)}`).toEqual([]);
  }
  // And a silence that is there is found.
  await bob.dispatch({ type: "set-microphone", enabled: false });
  await ann.expectToHearNothingOf(bob.person);
  await bob.dispatch({ type: "set-microphone", enabled: true });
  const longest = async (): Promise<number> => Math.max(0, ...(await silencesAt(ann)).map(({ ms }) => ms));
  await expect.poll(longest, { message: "the longest silence at Ann's" }).toBeGreaterThan(1_000);
});

test("a page that is loaded again is in the call through the server at once", async ({ stage }) => {
  test.setTimeout(120_000);
  const { ann, bob, cem } = await threeTalk(stage);
  await bob.page.reload();
  await bob.expectPhase("active", 30_000);
  await expectAllPairs([ann, bob, cem]);
  expect(await open(bob)).toBe(2);
});

test("a server that is killed and started again carries the call on, for everybody", async ({ stage }) => {
  test.setTimeout(150_000);
  const { ann, bob, cem, server } = await threeTalk(stage);
  const devices = [ann, bob, cem];
  await expectAllPairs(devices);
  await server.kill();
  await server.launch();
  for (const device of devices) await device.expectPhase("active", 40_000);
  await expectAllPairs(devices);
  await cem.expectToHear(ann.person);
  for (const device of devices) expect((await device.state()).ended).toBeNull();
});
