// How the stories of a call through the server begin.

import { type Device, deviceOf, pass } from "../session/device.js";
import { person, startedCall } from "../view/callLog.js";
import { FakeSfu, untilReady } from "./fakeSfu.js";

/** Somebody as the device shows them. */
export const stateOf = (device: Device, userId: string) =>
  device.state.participants.find((one) => one.userId === userId);
/** What the person is told. */
export const kinds = (device: Device) => device.state.notices.map(({ kind }) => kind);

/** The phases from now on. */
export function phasesOf(device: Device): string[] {
  const phases: string[] = [device.state.phase];
  device.session.store.subscribe(() => {
    const { phase } = device.state;
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  return phases;
}

/** Ann and Bob talk; Cleo is invited. */
export async function talking(): Promise<{ device: Device; sfu: FakeSfu }> {
  const device = deviceOf("ann");
  device.server.call = startedCall({
    participants: [
      person("ann", { status: "joined", role: "host", connection: "connected" }),
      person("bob"),
      person("cleo"),
    ],
  });
  const sfu = new FakeSfu(device);
  await device.talk({ video: true });
  return { device, sfu };
}

/** Cleo comes, and media has moved to the server; the direct connection is still there. */
export async function moved(): Promise<{ device: Device; sfu: FakeSfu }> {
  const both = await talking();
  const { device, sfu } = both;
  sfu.topology("upgrading");
  device.server.join("cleo");
  await untilReady(sfu);
  sfu.topology("sfu");
  return both;
}

/** Ann and Bob are in a call through the server, or on its way there; Cleo answers it. `set`: how the server is. */
export async function joining(
  topology: "upgrading" | "sfu",
  set: (sfu: FakeSfu) => void = () => {},
): Promise<{ device: Device; sfu: FakeSfu }> {
  const device = deviceOf("cleo");
  const sfu = new FakeSfu(device);
  set(sfu);
  const joined = { status: "joined", connection: "connected" } as const;
  device.server.callFrom("ann", {
    status: "active",
    topology,
    startedAt: "2025-01-10T14:30:00.000Z",
    participants: [person("ann", joined), person("bob", joined), person("cleo")],
  });
  device.client.answer("call");
  await pass(60);
  return { device, sfu };
}

/** As when the third has been there for a while. */
export async function inTheRoom(): Promise<{ device: Device; sfu: FakeSfu }> {
  const both = await moved();
  await pass(4_200);
  return both;
}
