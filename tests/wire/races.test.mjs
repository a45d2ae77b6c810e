// A thousand races: one winner and one call each.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { couple } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

const RACES = 1_000;
/** Pairs that race at the same time. */
const LANES = 20;

/** Runs all races in lanes; a lane does its own one after the other. */
async function race(prepare, once) {
  await Promise.all(Array.from({ length: LANES }, async () => {
    const lane = await prepare();
    for (let turn = 0; turn < RACES / LANES; turn += 1) await once(lane, turn);
  }));
}

describe("in a thousand races", () => {
  test("two devices of one person answer at once: one wins, the other is told", async () => {
    const won = { first: 0, second: 0 };
    await race(
      async () => {
        const { ann, bob, conversation } = await couple(server);
        const [caller, first, second] = await Promise.all([ann.device(), bob.device("first"), bob.device("second")]);
        return { ann, bob, caller, first, second, conversation };
      },
      async ({ ann, bob, caller, first, second, conversation }, turn) => {
        const { callId } = await caller.does("call:initiate", { conversationId: conversation });
        const order = turn % 2 ? [first, second] : [second, first];
        const acks = await Promise.all(order.map((device) => device.emit("call:accept", { callId })));
        const winner = order[acks.findIndex((ack) => ack.ok)];
        const refusals = acks.filter((ack) => !ack.ok).map((ack) => ack.error.code);
        assert.deepEqual(refusals, ["answered_elsewhere"], JSON.stringify(acks));
        won[winner.name] += 1;
        if (turn % 10 === 0) assert.equal((await ann.part(callId, bob)).deviceId, winner.name);
        await caller.does("call:end", { callId });
        assert.equal(caller.all("call:accepted", callId).length, 1);
      },
    );
    assert.equal(won.first + won.second, RACES);
  });

  test("two people call each other at once: one call, active", async () => {
    const calls = new Set();
    await race(
      async () => {
        const { ann, bob, conversation } = await couple(server);
        const [a, b] = await Promise.all([ann.device(), bob.device()]);
        return { ann, bob, a, b, conversation };
      },
      async ({ ann, bob, a, b, conversation }, turn) => {
        const order = turn % 2 ? [a, b] : [b, a];
        const [one, other] = await Promise.all(order.map((device) => device.does("call:initiate", { conversationId: conversation })));
        assert.equal(one.callId, other.callId);
        assert.deepEqual([one, other].map((begun) => Boolean(begun.merged)).sort(), [false, true]);
        calls.add(one.callId);
        const ended = await a.does("call:end", { callId: one.callId });
        assert.equal(ended.status, "ended", "it was active");
        if (turn === RACES / LANES - 1) {
          assert.deepEqual(await ann.missed(), []);
          assert.deepEqual(await bob.missed(), []);
        }
      },
    );
    assert.equal(calls.size, RACES);
  });
});
