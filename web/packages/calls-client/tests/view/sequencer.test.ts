// Whatever order and number events come in, the view ends as if they had come once and in order.

import { describe, expect, test } from "vitest";
import {
  KEPT_AT_MOST,
  newSequencer,
  type Sequenced,
  type SequencerInput,
  type SequencerState,
  sequence,
  viewOfAnswer,
  viewOfCall,
} from "../../src/view/index.js";
import { seeded } from "../seeded.js";
import { type CallLog, moment, person, randomLog, sent, startedCall } from "./callLog.js";

describe("lost, doubled and shuffled events, and snapshots at any moment", () => {
  test.each(Array.from({ length: 400 }, (_, seed) => seed))("seed %i", (seed) => {
    const random = seeded(seed);
    const log = randomLog(random, 5 + Math.floor(random() * 60));
    const { state, told } = deliver(log, random);
    expect(state.view).toEqual(viewOfCall(log.at(log.last)));
    expect(state.ahead).toEqual([]);
    // Each event is told once at most, and in order.
    expect(told).toEqual([...new Set(told)].sort((one, other) => one - other));
  });
});

describe("a gap", () => {
  test("keeps what comes early and asks once", () => {
    const first = run(begun(), [ringing(3), ringing(4), ringing(6)]);
    expect(first.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 1 }]);
    expect(first.state.view?.rev).toBe(1);
    expect(first.state.ahead.map((one) => one.seq)).toEqual([3, 4, 6]);
  });

  test("keeps an event that comes twice once", () => {
    expect(run(begun(), [ringing(3), ringing(3)]).state.ahead.length).toBe(1);
  });

  test("closes by itself when the missing event only came late", () => {
    const late = run(begun(), [ringing(3), ringing(4), ringing(2)]);
    expect(late.state.view?.rev).toBe(4);
    expect(folded(late)).toEqual([2, 3, 4]);
  });

  test("is filled by the events of the answer, which are told, and then by the kept ones", () => {
    const log = randomLog(seeded(1), 8);
    const gap = run(begun(), live(log, [5, 6]));
    const answer = { type: "resynced", call: log.at(4), events: log.after(1, 4) } as const;
    const filled = run(gap.state, [answer]);
    expect(filled.state.view).toEqual(viewOfCall(log.at(6)));
    expect(folded(filled)).toEqual([2, 3, 4, 5, 6]);
  });

  test("is filled by the whole call alone, and nobody is told what it covered", () => {
    const log = randomLog(seeded(2), 8);
    const gap = run(begun(), live(log, [5, 6]));
    const filled = run(gap.state, [{ type: "resynced", call: log.at(5), events: [] }]);
    expect(filled.state.view).toEqual(viewOfCall(log.at(6)));
    expect(folded(filled)).toEqual([6]);
  });

  test("that a too old answer leaves is asked about again when the answer brought something", () => {
    const log = randomLog(seeded(3), 9);
    const gap = run(begun(), live(log, [8]));
    const again = run(gap.state, [{ type: "resynced", call: log.at(4) }]);
    expect(again.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 4 }]);
  });

  test("is not asked about in circles: an answer that brings nothing waits for the next event", () => {
    const log = randomLog(seeded(3), 9);
    const gap = run(begun(), live(log, [8]));
    const nothing = run(gap.state, [{ type: "resynced", call: log.at(1) }]);
    expect(nothing.effects).toEqual([]);
    expect(run(nothing.state, live(log, [8])).effects).toEqual([
      { type: "resync", callId: "call", lastSeq: 1 },
    ]);
  });

  test("is asked about again by the next event after the answer did not come", () => {
    const gap = run(begun(), [ringing(3), { type: "resync-failed" }]);
    expect(run(gap.state, [ringing(3)]).effects).toEqual([{ type: "resync", callId: "call", lastSeq: 1 }]);
  });

  test("that opened while an earlier one was asked about is asked about after the answer", () => {
    const log = randomLog(seeded(4), 12);
    const { state } = run(begun(), live(log, [3, 2, 9]));
    expect(state.view?.rev).toBe(3);
    const answered = run(state, [{ type: "resynced", call: log.at(3) }]);
    expect(answered.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 3 }]);
  });

  test("keeps a bounded number of events, and knows that more were there", () => {
    const log = randomLog(seeded(5), KEPT_AT_MOST + 50);
    const all = log.sent.slice(1).map(({ payload }) => payload.seq);
    const flooded = run(begun(), live(log, all));
    expect(flooded.state.ahead.length).toBe(KEPT_AT_MOST);
    const filled = run(flooded.state, [{ type: "resynced", call: log.at(2) }]);
    expect(filled.state.view?.rev).toBe(KEPT_AT_MOST + 2);
    expect(filled.effects.at(-1)).toEqual({ type: "resync", callId: "call", lastSeq: KEPT_AT_MOST + 2 });
  });
});

describe("the first view", () => {
  test("events that come before it are kept, of other calls too, and folded once it is there", () => {
    const early = run(newSequencer(), [ringing(2), ringing(2, "another-call"), ringing(3)]);
    expect(early.effects).toEqual([]);
    const seen = run(early.state, [{ type: "view", view: viewOfCall(startedCall()) }]);
    expect(seen.state.view?.rev).toBe(3);
    expect(seen.state.ahead).toEqual([]);
  });

  test("is asked to be filled when what came before it begins later, whatever other calls say", () => {
    const early = run(newSequencer(), [ringing(5, "another-call"), ringing(3, "another-call"), ringing(3)]);
    const seen = run(early.state, [{ type: "view", view: viewOfCall(startedCall()) }]);
    expect(seen.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 1 }]);
    expect(seen.state.ahead.map((one) => [one.callId, one.seq])).toEqual([["call", 3]]);
    expect(seen.state.newest).toBe(3);
  });

  test("of the same age is not replaced by one that knows less", () => {
    const whole = begun();
    const partial = { ...viewOfCall(startedCall()), conversationId: null, whole: false };
    expect(run(whole, [{ type: "view", view: partial }]).state).toBe(whole);
  });

  test("from an answer without the call's type asks for the whole", () => {
    const answer = {
      callId: "call",
      status: "active",
      startedAt: moment(1),
      seq: 3,
      participants: startedCall().participants,
      mediaState: { audioEnabled: true, videoEnabled: true, screenSharing: false },
      topology: "mesh",
    } as const;
    const view = viewOfAnswer({ ...answer, participants: [...answer.participants] }, null);
    const asked = run(newSequencer(), [{ type: "view", view }]);
    expect(asked.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 3 }]);
    const call = startedCall({ rev: 3, type: "screen" });
    const whole = run(asked.state, [{ type: "resynced", call, events: [] }]);
    expect(whole.effects).toEqual([]);
    expect(whole.state.view).toMatchObject({ type: "screen", conversationId: "conversation", whole: true });
  });
});

test("a ring is a view of its own and no step: what it covers is not asked for", () => {
  const ring = sent("call:incoming", 5, {
    ...startedCall(),
    participants: [...startedCall().participants, person("cid")],
    status: "ringing",
  });
  const seen = run(begun(), [{ type: "event", ...ring }]);
  expect(seen.effects).toEqual([]);
  expect(seen.state.view).toMatchObject({ rev: 5, status: "ringing" });
  expect(seen.state.view?.participants.length).toBe(3);
});

test("events of other calls, and what has no number, change nothing", () => {
  const before = begun();
  const others: SequencerInput[] = [
    ringing(2, "another-call"),
    { type: "event", name: "call:quality", payload: { callId: "call", userId: "bob", grade: "poor" } },
    { type: "event", name: "call:ringing", payload: null },
    { type: "event", name: "call:ringing", payload: { callId: "call", seq: "2" } },
  ];
  const after = run(before, others);
  expect(after.state).toBe(before);
  expect(after.effects).toEqual([]);
});

test("a known event that cannot be read is a gap: a snapshot says what it meant", () => {
  const broken = run(begun(), [
    { type: "event", ...sent("call:media-state-changed", 2, { userId: "bob", mediaState: "loud" }) },
    ringing(3),
  ]);
  expect(broken.state.view?.rev).toBe(1);
  expect(broken.effects).toEqual([{ type: "resync", callId: "call", lastSeq: 1 }]);
  expect(run(broken.state, [{ type: "resynced", call: startedCall({ rev: 2 }) }]).state.view?.rev).toBe(3);
});

function begun(): SequencerState {
  return newSequencer(viewOfCall(startedCall()));
}

function ringing(seq: number, callId = "call"): SequencerInput {
  return { type: "event", ...sent("call:ringing", seq, { callId, userId: "bob", busy: false }) };
}

function live(log: CallLog, seqs: readonly number[]): SequencerInput[] {
  return seqs.map((seq) => {
    const one = log.sent[seq - 2];
    if (one === undefined) throw new Error(`the log has no ${seq}`);
    return { type: "event", ...one };
  });
}

function run(state: SequencerState, inputs: readonly SequencerInput[]): Sequenced {
  return inputs.reduce<Sequenced>(
    (so, input) => {
      const next = sequence(so.state, input);
      return { state: next.state, effects: [...so.effects, ...next.effects] };
    },
    { state, effects: [] },
  );
}

function folded({ effects }: Sequenced): number[] {
  return effects.flatMap((effect) => (effect.type === "folded" ? [effect.event.seq] : []));
}

/** Sends a log over a network that loses, doubles and reorders; the last event is not lost for good. */
function deliver(log: CallLog, random: () => number): { state: SequencerState; told: number[] } {
  let state = begun();
  const told: number[] = [];
  const questions: number[] = [];
  let reached = 1;
  const take = (input: SequencerInput): void => {
    const next = sequence(state, input);
    state = next.state;
    told.push(...folded(next));
    for (const effect of next.effects) if (effect.type === "resync") questions.push(effect.lastSeq);
    expect(questions.length).toBeLessThanOrEqual(1);
  };
  const answer = (): void => {
    const lastSeq = questions.shift();
    if (lastSeq === undefined) return;
    // The server knows at least what it has sent to this device.
    const rev = Math.max(lastSeq, reached);
    if (random() < 0.2) take({ type: "resync-failed" });
    else if (random() < 0.5) take({ type: "resynced", call: log.at(rev), events: log.after(lastSeq, rev) });
    else take({ type: "resynced", call: log.at(rev) });
  };
  for (const one of onTheWay(log, random)) {
    reached = Math.max(reached, one.payload.seq);
    take({ type: "event", ...one });
    if (random() < 0.1) take({ type: "snapshot", call: log.at(1 + Math.floor(random() * reached)) });
    if (random() < 0.3) answer();
  }
  for (let round = 0; round < 100 && state.view?.rev !== log.last; round += 1) {
    reached = log.last;
    const last = log.sent.at(-1);
    if (last !== undefined) take({ type: "event", ...last });
    answer();
  }
  return { state, told };
}

function onTheWay(log: CallLog, random: () => number) {
  return log.sent
    .flatMap((one) => (random() < 0.15 ? [] : random() < 0.3 ? [one, one] : [one]))
    .map((one) => ({ one, arrives: one.payload.seq + random() * 6 }))
    .sort((one, other) => one.arrives - other.arrives)
    .map(({ one }) => one);
}
