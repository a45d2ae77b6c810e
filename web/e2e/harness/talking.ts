// Two people who talk: what most tests begin with.

import type { CallType } from "@aethex/calls-client";
import type { Silence } from "../probes/hearing.js";
import type { EngineDevice } from "./engine.js";
import type { Server, ServerOptions } from "./server.js";
import type { Couple, PageOptions, Stage } from "./stage.js";

/** How a conversation differs from the usual one. */
export interface TalkOptions {
  readonly type?: CallType;
  readonly server?: ServerOptions;
  /** How the pages of Ann and Bob differ. */
  readonly annPage?: PageOptions;
  readonly bobPage?: PageOptions;
}

/** Two people with a device each. */
export interface Pair extends Couple {
  readonly server: Server;
  readonly annDevice: EngineDevice;
  readonly bobDevice: EngineDevice;
}

/** Two people with a device each, and a call between them. */
export interface Talk extends Pair {
  readonly callId: string;
}

/** Two people with a connected device each. */
export async function pair(stage: Stage, options: TalkOptions = {}): Promise<Pair> {
  const server = await stage.server(options.server);
  const couple = await stage.couple(server);
  const [annDevice, bobDevice] = await Promise.all([
    stage.device(couple.ann, server, options.annPage),
    stage.device(couple.bob, server, options.bobPage),
  ]);
  return { ...couple, server, annDevice, bobDevice };
}

/** Ann calls, Bob answers, and media has arrived at both. */
export async function connect(two: Pair, type: CallType = "video"): Promise<string> {
  const { annDevice, bobDevice, conversationId } = two;
  const video = type === "video";
  await annDevice.start({ conversationId, type, audio: true, video });
  const callId = await bobDevice.pickUp({ audio: true, video });
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  return callId;
}

/** Two people in a call, with media at both ends. */
export async function talk(stage: Stage, options: TalkOptions = {}): Promise<Talk> {
  const two = await pair(stage, options);
  return { ...two, callId: await connect(two, options.type) };
}

/** The silences in what is heard at a device, since its probe listens. */
export function silencesAt(device: EngineDevice): Promise<Silence[]> {
  return device.page.run(() => window.aethexProbes?.hearing.silences() ?? [], undefined);
}
