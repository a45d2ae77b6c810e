// The transports of engine.io: polling alone, WebSocket alone, and the upgrade between them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertGapless } from "./harness/assertions.mjs";
import { answer, candidate, offer } from "./harness/media.mjs";
import { couple } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

const WAYS = {
  "polling alone": { transports: ["polling"], options: { upgrade: false } },
  "WebSocket alone": { transports: ["websocket"] },
  "polling upgraded to WebSocket": { transports: ["polling", "websocket"] },
};

/** A whole call between two devices. */
async function wholeCall(ann, bob, conversation, caller, callee) {
  const { callId } = await caller.does("call:initiate", { conversationId: conversation });
  await callee.until("call:incoming", callId);
  assert.equal((await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() })).held, true);
  await callee.does("call:accept", { callId });
  await callee.until("call:offer", callId);
  await callee.does("call:answer", { callId, targetUserId: ann.id, answer: answer() });
  await caller.until("call:answer", callId);
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  await Promise.all(numbers.map((number) =>
    callee.does("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(number) })));
  await caller.untilCount("call:ice-candidate", 20);
  const order = caller.all("call:ice-candidate").map((one) => Number(one.candidate.candidate.split(/[: ]/)[1]));
  assert.deepEqual(order, numbers);
  await caller.does("call:end", { callId });
  const ended = await callee.until("call:ended", callId);
  assertGapless(callee, callId, ended.seq);
  assertGapless(caller, callId, ended.seq);
}

describe("a whole call", { concurrency: true }, () => {
  for (const [name, how] of Object.entries(WAYS)) {
    test(`runs over ${name}`, async () => {
      const { ann, bob, conversation } = await couple(server);
      const [caller, callee] = await Promise.all([ann.device("a", how), bob.device("b", how)]);
      if (how.transports.length > 1) await Promise.all([caller.until("(upgrade)"), callee.until("(upgrade)")]);
      const used = caller.socket.io.engine.transport.name;
      assert.equal(used, how.transports.at(-1));
      await wholeCall(ann, bob, conversation, caller, callee);
    });
  }

  test("runs between one device that polls and one with a WebSocket", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([
      ann.device("a", WAYS["polling alone"]),
      bob.device("b", WAYS["WebSocket alone"]),
    ]);
    await wholeCall(ann, bob, conversation, caller, callee);
  });

  test("loses nothing while the transport is upgraded", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device("a");
    const callee = await bob.device("b", WAYS["polling upgraded to WebSocket"]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.does("call:accept", { callId });
    for (let turn = 0; turn < 40; turn += 1) {
      await caller.does("call:media", { callId, audioEnabled: turn % 2 === 1 });
    }
    await callee.untilCount("call:media-state-changed", 40);
    await callee.until("(upgrade)");
    assertGapless(callee, callId);
  });
});
