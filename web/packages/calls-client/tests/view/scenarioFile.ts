// The scenario files of spec/calls as the wire would carry them, and back.

import { readdirSync, readFileSync } from "node:fs";
import { type CallView, type NumberedEvent, readNumberedEvent, viewOfCall } from "../../src/view/index.js";
import type { CallBody } from "../../src/wire/index.js";

const FOLDER = new URL("../../../../../spec/calls/", import.meta.url);

/** A call in a file: without the fields that are the same everywhere, moments in milliseconds. */
export interface FileCall {
  readonly rev: number;
  readonly type: CallBody["type"];
  readonly status: CallBody["status"];
  readonly host: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: CallBody["endReason"];
  /** `mesh` when left out. */
  readonly topology?: CallBody["topology"];
  readonly participants: readonly FileParticipant[];
}

type Body = CallBody["participants"][number];

interface FileParticipant extends Pick<Body, "userId" | "status" | "role" | "mediaState"> {
  readonly reconnectingUntil: number | null;
  /** Down when left out. */
  readonly handRaisedAt?: number;
}

interface FileEntry {
  readonly event: string;
  readonly at: number;
  readonly seq?: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One scenario. */
export interface Scenario {
  readonly name: string;
  readonly initial: FileCall;
  readonly expect: readonly FileEntry[];
  readonly steps: readonly { readonly expect?: readonly FileEntry[] }[];
  readonly view: FileCall;
}

/** The names of all scenario files. */
export function scenarioFiles(): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
}

/** Reads one. */
export function readScenario(file: string): Scenario {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}

/** The state events of a scenario as sockets carry them. */
export function sentEvents(scenario: Scenario): { name: string; payload: Record<string, unknown> }[] {
  const entries = [...scenario.expect, ...scenario.steps.flatMap((step) => step.expect ?? [])];
  return entries
    .filter((entry) => entry.seq !== undefined)
    .map(({ event, at, seq, payload }) => {
      const moments = ["startedAt", "until", "raisedAt"].filter((key) => typeof payload[key] === "number");
      const times = moments.map((key) => [key, onTheWire(Number(payload[key]))]);
      const names = typeof payload.userId === "string" ? namesOf(payload.userId) : {};
      const call = { callId: "call", seq, at: onTheWire(at) };
      return { name: event, payload: { ...payload, ...names, ...Object.fromEntries(times), ...call } };
    });
}

/** The same, read. */
export function numberedEvents(scenario: Scenario): NumberedEvent[] {
  return sentEvents(scenario)
    .map(({ name, payload }) => readNumberedEvent(name, payload))
    .filter((event) => event !== null);
}

/** A call of a file as a snapshot. */
export function snapshotOf(call: FileCall): CallBody {
  return {
    id: "call",
    conversationId: "conversation",
    type: call.type,
    status: call.status,
    initiatedBy: call.participants[0]?.userId ?? "",
    host: call.host,
    startedAt: onTheWireOrNull(call.startedAt),
    endedAt: onTheWireOrNull(call.endedAt),
    duration: null,
    endReason: call.endReason,
    endedBy: null,
    topology: call.topology ?? "mesh",
    sfuRoomId: null,
    recordingUrl: null,
    qualityStats: null,
    metadata: null,
    createdAt: onTheWire(0),
    rev: call.rev,
    participants: call.participants.map((one) => ({
      ...one,
      ...namesOf(one.userId),
      joinedAt: one.status === "joined" ? onTheWire(0) : null,
      leftAt: null,
      leftReason: null,
      connection: one.status === "joined" ? "connected" : null,
      reconnectingUntil: onTheWireOrNull(one.reconnectingUntil),
      connectionQuality: null,
      busy: false,
      handRaisedAt: onTheWireOrNull(one.handRaisedAt ?? null),
    })),
  };
}

/** The view that a scenario begins with. */
export function initialView(scenario: Scenario): CallView {
  return viewOfCall(snapshotOf(scenario.initial));
}

/** A view in the words of the files. */
export function inFile(view: CallView): FileCall {
  return {
    rev: view.rev,
    type: view.type,
    status: view.status,
    host: view.host,
    startedAt: fromWire(view.startedAt),
    endedAt: fromWire(view.endedAt),
    endReason: view.endReason,
    ...(view.topology === "mesh" ? {} : { topology: view.topology }),
    participants: view.participants.map(({ userId, status, role, mediaState, ...one }) => ({
      userId,
      status,
      role,
      mediaState,
      reconnectingUntil: fromWire(one.reconnectingUntil),
      ...(one.handRaisedAt === null ? {} : { handRaisedAt: Date.parse(one.handRaisedAt) }),
    })),
  };
}

const onTheWire = (ms: number): string => new Date(ms).toISOString();
const onTheWireOrNull = (ms: number | null): string | null => (ms === null ? null : onTheWire(ms));
const fromWire = (moment: string | null): number | null => (moment === null ? null : Date.parse(moment));
const namesOf = (userId: string) => ({ userName: userId, userIdentifier: `${userId}@example.com` });
