// Calling somebody who is in another call.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

async function three(server) {
  const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
  const [annBob, cemBob] = await Promise.all([ann.direct(bob), cem.direct(bob)]);
  const [a, b, c] = await Promise.all([ann.device(), bob.device(), cem.device()]);
  const { callId } = await a.does("call:initiate", { conversationId: annBob });
  await b.does("call:accept", { callId });
  return { ann, bob, cem, a, b, c, annBob, cemBob, first: callId };
}

describe("with call waiting", () => {
  const server = sharedServer();

  test("the busy callee hears a soft ring, and the caller is told", async () => {
    const { bob, b, c, cemBob, first } = await three(server);
    const begun = await c.does("call:initiate", { conversationId: cemBob });
    assert.equal(begun.participants.find((one) => one.userId === bob.id).busy, true);
    assert.equal((await b.until("call:incoming", begun.callId)).busy, true);
    const ringing = await c.until("call:ringing", begun.callId);
    assert.deepEqual([ringing.userId, ringing.busy], [bob.id, true]);
    assert.equal((await bob.call(first)).status, "active", "the first call goes on");
  });

  test("one device is in one call at a time, another one may take the second", async () => {
    const { bob, b, c, cemBob, first } = await three(server);
    const { callId } = await c.does("call:initiate", { conversationId: cemBob });
    const refused = await b.emit("call:accept", { callId });
    assert.deepEqual([refused.ok, refused.error.code, refused.error.callId], [false, "device_in_call", first]);
    const other = await bob.device();
    assert.equal((await other.does("call:accept", { callId })).status, "active");
    assert.equal((await bob.call(first)).status, "active");
  });

  test("hanging up the first makes the device free for the second", async () => {
    const { b, c, cemBob, first } = await three(server);
    const { callId } = await c.does("call:initiate", { conversationId: cemBob });
    await b.does("call:end", { callId: first });
    assert.equal((await b.does("call:accept", { callId })).status, "active");
  });
});

describe("with the policy to reject", () => {
  const server = sharedServer({ settings: { BUSY: "reject" } });

  test("the caller is told busy, and the callee has a missed call", async () => {
    const { bob, cem, b, c, cemBob, first } = await three(server);
    const begun = await c.does("call:initiate", { conversationId: cemBob });
    const { callId } = begun;
    const rejected = await c.until("call:rejected", callId);
    assert.deepEqual([rejected.userId, rejected.reason], [bob.id, "busy"]);
    const ended = await c.until("call:ended", callId);
    assert.deepEqual([ended.reason, ended.status], ["busy", "rejected"]);
    assert.deepEqual((await bob.missed()).map((one) => one.id), [callId]);
    assert.equal((await cem.history())[0].outcome, "busy");
    await b.flush();
    assert.deepEqual(b.all("call:incoming", callId), [], "nothing rings");
    assert.equal((await bob.call(first)).status, "active");
  });
});
