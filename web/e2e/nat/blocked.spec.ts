// The server's media is out of reach: whoever talks goes on talking, and whoever cannot come is told why; through the
// relay it is in reach for everybody. Needs root.

import type { TurnCredentialsResponse } from "@aethex/calls-client";
import type { EngineDevice } from "../harness/engine.js";
import { expect, test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, WITH_SFU } from "../harness/gathering.js";
import { whyNoWall } from "../harness/narrowLink.js";
import { routesOf } from "../harness/nat/route.js";
import { type Person, register } from "../harness/people.js";
import { deviceIn, makePlaces } from "../harness/places.js";
import type { Stage } from "../harness/stage.js";
import { silencesAt } from "../harness/talking.js";

/** The longest silence that is not heard as a gap, in milliseconds. */
const UNHEARD_MS = 100;

/** A call upgrades for 15 s at most (docs/protocol.md). */
const GIVEN_UP_WITHIN_MS = 30_000;

type Place = "a" | "b";

interface Three {
  readonly ann: EngineDevice;
  readonly bob: EngineDevice;
  readonly cem: EngineDevice;
  readonly conversationId: string;
}

/**
 * Three people in these places. From place `a` only the site can be reached, and the relay where there is one: over
 * TCP, and not the ports of media.
 */
async function three(
  stage: Stage,
  places: readonly [Place, Place, Place],
  relay: "no relay" | "a relay" = "no relay",
): Promise<Three> {
  const there = await makePlaces(stage);
  const { link, pages } = there;
  const turn: Record<string, string> =
    relay === "a relay" ? { TURN_LISTEN: `${link.host}:0` } : { TURN_EMBEDDED: "off" };
  const settings = { ...WITH_SFU, SFU_LISTEN: `${link.host}:0`, ...turn };
  const server = await stage.server({ host: link.host, allowedOrigins: [pages.url], settings });
  const people = await Promise.all(["Ann", "Bob", "Cem"].map((name) => register(server, name)));
  const reached = relay === "a relay" ? await relayPorts(people[0]) : [];
  await link.wall([server.port, Number(new URL(pages.url).port), ...reached]);
  const devices: EngineDevice[] = [];
  for (const [index, person] of people.entries()) {
    const device = await deviceIn(stage, there, places[index] ?? "a", { person, server });
    devices.push(device);
  }
  const [ann, bob, cem] = devices;
  const [first, ...others] = people;
  if (ann === undefined || bob === undefined || cem === undefined || first === undefined) {
    throw new Error("three people");
  }
  return { ann, bob, cem, conversationId: await first.group(...others) };
}

/** Where the server's own relay listens. */
async function relayPorts(person: Person | undefined): Promise<number[]> {
  const path = "/api/calls/turn-credentials";
  const answer = await person?.does<TurnCredentialsResponse>("GET", path);
  const ports = answer?.credentials.urls.map((url) => Number(/:(\d+)\?/.exec(url)?.[1]));
  if (ports === undefined || ports.length === 0) throw new Error("no relay");
  return [...new Set(ports)];
}

/** Ann and Bob talk, Cem answers too and cannot come: nobody but Cem notices. */
async function expectTwoGoOnWithout({ ann, bob, cem, conversationId }: Three): Promise<void> {
  for (const device of [ann, bob]) {
    await device.page.run(() => window.aethexProbes?.hearing.sing(), undefined);
  }
  await ann.start({ conversationId, type: "video", audio: true, video: true });
  await bob.pickUp({ audio: true, video: true });
  await Promise.all([ann.expectPhase("active"), bob.expectPhase("active")]);
  await Promise.all([ann.expectToHear(bob.person), bob.expectToHear(ann.person)]);
  for (const device of [ann, bob]) {
    await device.page.run(() => window.aethexProbes?.hearing.listen(), undefined);
  }

  // Cem says nothing: what is heard at Ann's is Bob alone.
  await cem.pickUp({ audio: false, video: false });
  await expectTopology([ann, bob], "upgrading");
  await cem.expectPhase("ended", GIVEN_UP_WITHIN_MS);
  const { ended } = await cem.state();
  expect(ended?.reason).toBe("connection-failed");
  expect(ended?.error).toMatchObject({
    name: "IceFailed",
    message: "Connection failed with the media server",
  });

  await expectTopology([ann, bob], "mesh");
  await Promise.all([ann.expectToSee(bob.person), bob.expectToSee(ann.person)]);
  await Promise.all([ann.expectToHear(bob.person), bob.expectToHear(ann.person)]);
  for (const device of [ann, bob]) {
    const open = (): Promise<number> =>
      device.page.run(() => window.aethexProbes?.connections.open() ?? -1, undefined);
    await expect.poll(open, { message: "connections: the one between the two" }).toBe(1);
    const phases = (await device.moments()).map((one) => one.phase);
    expect(phases.slice(phases.indexOf("active")), device.person.name).not.toContain("reconnecting");
    const listened = await device.page.run(() => window.aethexProbes?.hearing.listened() ?? 0, undefined);
    expect(listened, "milliseconds that were listened").toBeGreaterThan(10_000);
    const gaps = (await silencesAt(device)).filter(({ ms }) => ms > UNHEARD_MS);
    expect(gaps, `what ${device.person.name} did not hear`).toEqual([]);
    expect((await device.sees(cem.person)).status).toBe("left");
  }
}

test.beforeEach(async () => {
  test.setTimeout(120_000);
  const reason = await whyNoWall();
  if (reason !== null) process.stdout.write(`     skipped: ${reason}\n`);
  test.skip(reason !== null, reason ?? "");
});

const TAG = { tag: ["@privileged"] };

test(
  "a third person who cannot reach the server's media is told so, and two go on talking",
  TAG,
  async ({ stage }) => {
    await expectTwoGoOnWithout(await three(stage, ["b", "b", "a"]));
  },
);

test(
  "where nobody can reach the server's media, two go on talking without the third",
  TAG,
  async ({ stage }) => {
    await expectTwoGoOnWithout(await three(stage, ["a", "a", "a"]));
  },
);

test(
  "where only the relay can be reached, everybody comes to the server's media through it",
  TAG,
  async ({ stage }) => {
    const { ann, bob, cem, conversationId } = await three(stage, ["b", "a", "a"], "a relay");
    const devices = [ann, bob, cem];
    await ann.start({ conversationId, type: "video", audio: true, video: true });
    await bob.pickUp({ audio: true, video: true });
    await Promise.all([ann.expectPhase("active"), bob.expectPhase("active")]);
    await cem.pickUp({ audio: true, video: true });
    await expectTopology(devices, "sfu");
    await expectAllPairs(devices);
    await Promise.all([
      ann.expectToHear(bob.person),
      bob.expectToHear(cem.person),
      cem.expectToHear(ann.person),
    ]);
    const routes = (device: EngineDevice) =>
      expect.poll(() => routesOf([device]), { message: `${device.person.name}'s way` });
    await routes(ann).toEqual(["direct udp"]);
    await routes(bob).toEqual(["relay tcp"]);
    await routes(cem).toEqual(["relay tcp"]);
  },
);
