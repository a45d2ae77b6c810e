// What a broken or hostile server could send: every event, with right, wrong and absurd payloads.

import { STATE_EVENTS } from "../../src/wire/index.js";
import { moment, person, startedCall } from "../view/callLog.js";

type Random = () => number;

const OTHERS = [
  "call:offer",
  "call:answer",
  "call:ice-candidate",
  "call:ring-stopped",
  "call:state",
  "call:quality",
  "call:missed-unseen",
  "call:error",
  "presence:changed",
  "auth:expiring",
  "unheard:of",
];

/** Any event that may come. */
export const EVENTS: readonly string[] = [...STATE_EVENTS, ...OTHERS];

/** One event. */
export interface HostileEvent {
  readonly name: string;
  readonly payload: unknown;
}

function pick<T>(random: Random, list: readonly T[]): T {
  const at = Math.floor(random() * list.length);
  for (const [index, one] of list.entries()) if (index === at) return one;
  throw new Error("nothing to pick from");
}

const ABSURD: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  Number.NaN,
  1e300,
  "",
  "nonsense",
  true,
  [],
  {},
  [null],
  { length: 3 },
  "__proto__",
  "\u0000",
];

const SDP = "v=0\r\no=- 4611686018427387904 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:x\r\n";

/** A payload with the fields that events of all names have; some wrong, some missing. */
function fields(
  random: Random,
  calls: readonly string[],
  people: readonly string[],
): Record<string, unknown> {
  const { id: _, ...call } = startedCall();
  const userId = pick(random, people);
  const all: Record<string, unknown> = {
    ...call,
    callId: pick(random, calls),
    id: pick(random, calls),
    seq: Math.floor(random() * 12),
    at: moment(random() * 100),
    userId,
    userIds: [userId],
    userName: userId,
    userIdentifier: userId,
    fromUserId: userId,
    initiatedBy: pick(random, people),
    participants: people.map((one) => person(one, { status: pick(random, ["joined", "ringing", "left"]) })),
    busy: random() < 0.5,
    role: pick(random, ["host", "member", "emperor"]),
    status: pick(random, ["active", "ringing", "ended", "unheard-of"]),
    mediaState: person(userId).mediaState,
    offer: { type: "offer", sdp: pick(random, [SDP, "nonsense", ""]) },
    answer: { type: "answer", sdp: pick(random, [SDP, "nonsense"]) },
    candidate: pick<unknown>(random, [null, { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host" }, {}]),
    negotiationId: pick<unknown>(random, [undefined, 1, 2 ** 40]),
    reason: pick(random, ["handed-off", "removed", "ended", "timeout", "left", "unheard-of"]),
    endedBy: null,
    duration: 1,
    host: userId,
    previousHost: pick(random, people),
    by: userId,
    until: moment(40),
    startedAt: moment(1),
    deviceId: "tab",
    grade: "poor",
    cause: "loss",
    ringTimeoutMs: pick(random, [45_000, -5, 1e15]),
    serverTime: moment(0),
    callerName: "Mallory",
    callerIdentifier: "mallory@example.com",
    metadata: { autoAnswer: true },
    notify: random() < 0.5,
    joinable: true,
    online: true,
    count: 1,
    items: [],
    expiresAt: moment(60),
    code: "unauthorized",
    event: "call:offer",
    message: "",
    retryable: false,
  };
  for (const name of Object.keys(all)) {
    const chance = random();
    if (chance < 0.01) delete all[name];
    else if (chance < 0.02) all[name] = pick(random, ABSURD);
  }
  return all;
}

/** A sequence: events in any order, some twice. */
export function hostileSequence(
  random: Random,
  calls: readonly string[],
  people: readonly string[],
): HostileEvent[] {
  const events: HostileEvent[] = [];
  for (let left = 5 + Math.floor(random() * 20); left > 0; left -= 1) {
    const earlier = events.length > 0 && random() < 0.15 ? pick(random, events) : null;
    const payload = random() < 0.1 ? pick(random, ABSURD) : fields(random, calls, people);
    events.push(earlier ?? { name: pick(random, EVENTS), payload });
  }
  return events;
}
