// What happens to a call whose network changes, whose relay is out of reach, or which is over.

import type { MediaPath } from "@aethex/calls-client";
import type { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import {
  deviceAt,
  expect,
  neighbours,
  type RelayOwner,
  type Servers,
  test,
} from "../harness/nat/fixtures.js";
import { relayErrors, restartIce } from "../harness/nat/relays.js";
import { routesOf } from "../harness/nat/route.js";
import { HOMES, SERVER_ADDRESS } from "../harness/nat/world.js";
import { type Person, register } from "../harness/people.js";
import { inbound } from "../harness/probing.js";
import type { Server } from "../harness/server.js";
import type { Stage } from "../harness/stage.js";
import { connect } from "../harness/talking.js";

const OWNER: RelayOwner = "our own relay";
/** Allocation not allowed at the quota (RFC 8656 §18.12). */
const QUOTA_REACHED = 486;

/** For a server beside that of the other tests, which has the usual ports. */
const SECOND = { TURN_LISTEN: `${SERVER_ADDRESS}:0` };

/** Seconds for which the credentials of the mesh are good: renewed, and then gone, while it lasts. */
const TTL_S = 66;

/** After this long without traffic an allocation gives way to a new one of its user, in milliseconds. */
const IDLE_MS = 30_000;

/** A gap of so long is noticed, in milliseconds. */
const GAP_MS = 3_000;

/**
 * The longest that media may be away when UDP is shut in the middle of a call, in milliseconds: Chromium notices after
 * six seconds, a gap of two more is waited out, and the ICE restart takes less than one.
 */
const BACK_WITHIN_MS = 10_000;

/** The user name fragments of ICE that these devices have, one for each connection: a restart draws new ones. */
async function fragmentsOf(devices: readonly EngineDevice[]): Promise<string[]> {
  const found = await Promise.all(
    devices.map((device) =>
      device.page.run(async () => {
        const dumps = (await window.aethexProbes?.connections.dump()) ?? [];
        return dumps.map((dump) => {
          const { local } = dump as { local?: string };
          return /a=ice-ufrag:(\S+)/.exec(local ?? "")?.[1] ?? "";
        });
      }, undefined),
    ),
  );
  return found.flat();
}

/** How many packets of sound arrived on each connection of these devices. */
async function soundPackets(devices: readonly EngineDevice[]): Promise<number[]> {
  const flows = await Promise.all(devices.map((device) => inbound(device.page)));
  return flows.flat().flatMap((flow) => (flow.kind === "audio" ? [flow.packets] : []));
}

/** Waits until the product itself says how the packets travel. */
async function expectShownPath(device: EngineDevice, other: Person, path: MediaPath): Promise<void> {
  await expect
    .poll(() => device.sees(other).then((one) => one.link?.stats), { message: "the statistics" })
    .toMatchObject({ path });
}

test("where UDP is shut and the relay speaks nothing else the call ends and says why; it works once UDP is open", async ({
  stage,
  servers,
}) => {
  test.setTimeout(90_000);
  await servers.world.translate("udp-blocked");
  const two = await neighbours(stage, servers, await servers.get(OWNER), { ways: ["udp"] });
  const { ann, bob, annDevice, bobDevice, conversationId } = two;
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  for (const device of [annDevice, bobDevice]) {
    await device.expectPhase("ended", 45_000);
    expect((await device.expectEnded()).reason).toBe("connection-failed");
  }
  await servers.world.translate("cone");
  await connect(two);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
});

test("UDP is shut in the middle of a call: media goes on over TCP within ten seconds", async ({
  stage,
  servers,
}) => {
  await servers.world.translate("cone");
  const two = await neighbours(stage, servers, await servers.get(OWNER), { ways: ["udp", "tcp"] });
  const { ann, bob, annDevice, bobDevice } = two;
  const callId = await connect(two);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  await expect.poll(() => routesOf([annDevice, bobDevice])).toEqual(["direct udp"]);
  await expectShownPath(annDevice, bob, { kind: "direct", protocol: "udp" });

  const shutAt = Date.now();
  await servers.world.translate("udp-blocked");
  await expect
    .poll(() => routesOf([annDevice, bobDevice]), { timeout: 30_000, intervals: [50] })
    .toEqual(["relay tcp"]);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  const took = Date.now() - shutAt;
  figure("back over TCP", `${took} ms`);
  expect(took).toBeLessThanOrEqual(BACK_WITHIN_MS);
  await expectShownPath(annDevice, bob, { kind: "relay", protocol: "tcp" });

  // The call remembers it.
  const relayed = { kind: "relay", protocol: "tcp" };
  await expect
    .poll(async () => (await ann.call(callId)).participants.map((one) => one.path), { timeout: 10_000 })
    .toEqual([relayed, relayed]);
  await annDevice.dispatch({ type: "end" });
  await bobDevice.expectEnded();
  await expect
    .poll(async () => (await bob.call(callId)).qualityStats)
    .toMatchObject({ paths: { [ann.id]: relayed, [bob.id]: relayed } });
});

test("a router gets another public address in the middle of a call: both hear each other again", async ({
  stage,
  servers,
}) => {
  await servers.world.translate("symmetric");
  const two = await neighbours(stage, servers, await servers.get(OWNER), { ways: ["udp"], relayOnly: true });
  const { ann, bob, annDevice, bobDevice } = two;
  await connect(two, "audio");
  const devices = [annDevice, bobDevice];
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  const movedAt = Date.now();
  await expectRestart(devices, () => servers.world.renumber("a"));
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  figure("back from another address", `${Date.now() - movedAt} ms`);
  expect(await routesOf(devices)).toEqual(["relay udp"]);
});

test("the relay lets go of a call that is over, though its browsers cannot say goodbye", async ({
  stage,
  servers,
}) => {
  const { world } = servers;
  await world.translate("symmetric");
  const server = await servers.start(OWNER, SECOND);
  const two = await neighbours(stage, servers, server);
  const { ann, bob, annDevice, bobDevice } = two;
  const relayed = async (): Promise<number> => {
    const sockets = await world.udpSockets(server.pid);
    return sockets.filter((socket) => Number(socket.split(":").at(-1)) >= 49_152).length;
  };
  expect(await relayed()).toBe(0);
  const callId = await connect(two);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  expect(await relayed()).toBeGreaterThan(0);
  await world.translate("unplugged");
  await ann.does("POST", `/api/calls/${callId}/end`, {});
  await expect.poll(relayed, { timeout: 5_000, message: "relayed addresses" }).toBe(0);
});

test("four people with addresses hidden hear each other through ICE restarts and beyond their credentials", async ({
  stage,
  servers,
}) => {
  test.setTimeout(180_000);
  await servers.world.translate("symmetric");
  const server = await servers.start(OWNER, { ...SECOND, TURN_TTL: TTL_S });
  const devices = await mesh(stage, servers, server);
  const [ann] = devices;
  if (ann === undefined) throw new Error("nobody");
  await expectAllHeard(devices);
  const allIn = Date.now();

  // By then the relays that no connection took are idle, and make room.
  await expectSoundUntil(devices, allIn + IDLE_MS + 4_000);
  await expectRestart([ann], () => restartIce(ann.page));
  await expectAllHeard(devices);
  const errors = (await Promise.all(devices.map((device) => relayErrors(device.page)))).flat();
  expect(errors.filter((error) => error.code === QUOTA_REACHED)).toEqual([]);

  await expectSoundUntil(devices, allIn + TTL_S * 1_000 + 1_000);
  await expectRestart(devices, () => Promise.all(devices.map((device) => restartIce(device.page))));
  await expectAllHeard(devices);
});

/** Everybody hears everybody else, over relays alone. */
async function expectAllHeard(devices: readonly EngineDevice[]): Promise<void> {
  await Promise.all(
    devices.map(async (hearing) => {
      for (const heard of devices) if (hearing !== heard) await hearing.expectToHear(heard.person);
    }),
  );
  // Which of their relays they take is up to the browsers.
  for (const route of await routesOf(devices)) expect(route).toContain("relay");
}

/** Until a moment sound goes on arriving everywhere, and nobody is shown as reconnecting. */
async function expectSoundUntil(devices: readonly EngineDevice[], moment: number): Promise<void> {
  while (Date.now() < moment) {
    const before = await soundPackets(devices);
    expect(before.length, "sound from everybody to everybody").toBe(devices.length * (devices.length - 1));
    await expect
      .poll(async () => (await soundPackets(devices)).every((now, index) => now > (before[index] ?? 0)), {
        timeout: GAP_MS,
        message: "sound goes on arriving everywhere",
      })
      .toBe(true);
    expect(await Promise.all(devices.map((device) => device.phase()))).toEqual(devices.map(() => "active"));
  }
}

/** Something restarts ICE on all connections of these devices. */
async function expectRestart(
  devices: readonly EngineDevice[],
  restart: () => Promise<unknown>,
): Promise<void> {
  const before = await fragmentsOf(devices);
  await restart();
  await expect
    .poll(async () => (await fragmentsOf(devices)).filter((one) => before.includes(one)), { timeout: 20_000 })
    .toEqual([]);
}

/** Four people in one call of sound alone, two in each home, everybody over the relay. */
async function mesh(stage: Stage, servers: Servers, server: Server): Promise<EngineDevice[]> {
  const people = await Promise.all(["Ann", "Bob", "Cem", "Dora"].map((name) => register(server, name)));
  const devices = await Promise.all(
    people.map((person, index) =>
      deviceAt(stage, servers, { home: HOMES[index % 2] ?? "a", person, server }, { relayOnly: true }),
    ),
  );
  const [first, ...others] = devices;
  if (first === undefined) throw new Error("nobody");
  const conversationId = await first.person.group(...others.map((device) => device.person));
  await first.start({ conversationId, type: "audio", audio: true, video: false });
  for (const device of others) {
    await device.pickUp({ audio: true, video: false });
    await device.expectPhase("active");
  }
  return devices;
}
