// Several people in one call: how a test of a group begins.

import type { EngineDevice } from "./engine.js";
import { expect } from "./fixtures.js";
import { register } from "./people.js";
import type { Server, ServerOptions } from "./server.js";
import type { Stage } from "./stage.js";

const NAMES = ["Ann", "Bob", "Cem", "Dora", "Eve", "Finn"];

/** A server whose media takes calls of three and more over. */
export const WITH_SFU: Readonly<Record<string, string | number>> = {
  SFU: "auto",
  SFU_LISTEN: "127.0.0.1:0",
  SFU_SHARDS: 1,
};

/** People in a group with a device each. */
export interface Gathering {
  readonly devices: readonly EngineDevice[];
  readonly conversationId: string;
  readonly server: Server;
}

/** Registers them, makes their group, and opens a tab for each. */
export async function gather(stage: Stage, size: number, options: ServerOptions = {}): Promise<Gathering> {
  const server = await stage.server({ ...options, settings: { ...WITH_SFU, ...options.settings } });
  const people = await Promise.all(NAMES.slice(0, size).map((name) => register(server, name)));
  const [first, ...others] = people;
  if (first === undefined) throw new Error("nobody");
  const conversationId = await first.group(...others);
  const devices: EngineDevice[] = [];
  for (const person of people) devices.push(await stage.device(person, server));
  return { devices, conversationId, server };
}

/** The first one calls, the next one answers; the others are rung and wait. */
export async function twoTalk(
  { devices, conversationId }: Gathering,
  type: "audio" | "video" = "video",
): Promise<string> {
  const [ann, bob] = devices;
  if (ann === undefined || bob === undefined) throw new Error("two people");
  const video = type === "video";
  await ann.start({ conversationId, type, audio: true, video });
  const callId = await bob.pickUp({ audio: true, video });
  await Promise.all([ann.expectPhase("active"), bob.expectPhase("active")]);
  return callId;
}

/** Three people who talk through the server. */
export interface Three {
  readonly ann: EngineDevice;
  readonly bob: EngineDevice;
  readonly cem: EngineDevice;
  readonly server: Server;
}

/** Two talk, the third joins, and the server's media has taken over. */
export async function threeTalk(stage: Stage): Promise<Three> {
  const gathering = await gather(stage, 3);
  const [ann, bob, cem] = gathering.devices;
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  await twoTalk(gathering);
  await cem.pickUp({ audio: true, video: true });
  await expectTopology([ann, bob, cem], "sfu");
  return { ann, bob, cem, server: gathering.server };
}

/** Waits until media travels so at all of these. */
export async function expectTopology(
  devices: readonly EngineDevice[],
  topology: string,
  timeout = 30_000,
): Promise<void> {
  for (const device of devices) {
    await expect
      .poll(() => device.state().then((state) => state.topology), {
        timeout,
        message: `how ${device.person.name}'s media travels`,
      })
      .toBe(topology);
  }
}

/** Everybody sees everybody else move. */
export async function expectAllPairs(devices: readonly EngineDevice[]): Promise<void> {
  for (const watching of devices) {
    for (const watched of devices) {
      if (watching !== watched) await watching.expectToSee(watched.person, 30_000);
    }
  }
}
