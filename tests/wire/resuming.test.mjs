// Losing the connection and coming back: same seat, nothing missed, nobody sees a leave.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { candidate } from "./harness/media.mjs";
import { couple, meeting, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();
const WINDOW = 30_000;

describe("a device that lost its connection", { concurrency: true }, () => {
  for (const transports of [["websocket"], ["polling"]]) {
    test(`gets the events it missed in order, over ${transports}`, async () => {
      const { ann, bob, phone, callId } = await talking(server);
      const tablet = await bob.device("second", { transports });
      const moved = await tablet.does("call:accept", { callId, takeOver: true });
      tablet.drop();
      for (let turn = 0; turn < 10; turn += 1) {
        await phone.does("call:media", { callId, audioEnabled: turn % 2 === 1 });
      }
      const back = await bob.device("second", { transports });
      const { resumeToken } = moved;
      const resumed = await back.does("call:resume", { callId, resumeToken, lastSeq: moved.seq });
      const seqs = resumed.events.map((one) => one.seq);
      assert.deepEqual(seqs, seqs.map((_, index) => moved.seq + 1 + index), "in order, without gaps");
      assert.equal(seqs.at(-1), resumed.call.rev);
      assert.equal(resumed.events.filter((one) => one.name === "call:media-state-changed").length, 10);
      for (const one of resumed.events) {
        assert.deepEqual([one.payload.callId, one.payload.seq], [callId, one.seq]);
      }
      assert.equal(resumed.call.status, "active");
      assert.ok(resumed.resumeToken);
      await phone.flush();
      assert.deepEqual(phone.all("call:participant-left"), []);
      assert.equal(phone.all("call:participant-joined").length, 1, "joined once");
      const part = await ann.part(callId, bob);
      assert.deepEqual([part.status, part.connection, part.deviceId], ["joined", "connected", "second"]);
    });
  }

  test("is shown as reconnecting after two seconds and as reconnected when it is back", async () => {
    const { ann, bob, phone, tablet, callId, accepted } = await talking(server);
    const lost = performance.now();
    tablet.drop();
    const shown = await phone.until("call:participant-reconnecting", callId);
    const after = performance.now() - lost;
    assert.equal(shown.userId, bob.id);
    assert.ok(after > 1_500 && after < 8_000, `shown after ${after} ms`);
    assert.ok(Math.abs(Date.parse(shown.until) - Date.now() - (WINDOW - after)) < 3_000, shown.until);
    assert.equal((await ann.part(callId, bob)).connection, "reconnecting");
    const back = await bob.device(tablet.name);
    await back.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: shown.seq - 1 });
    assert.equal((await phone.until("call:participant-reconnected", callId)).userId, bob.id);
    assert.deepEqual(phone.all("call:participant-left"), []);
  });

  test("gets the candidates that were sent to it meanwhile", async () => {
    const { bob, phone, tablet, callId, accepted } = await talking(server);
    tablet.drop();
    await phone.until("call:participant-reconnecting", callId);
    const sent = await phone.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(5) });
    assert.equal(sent.held, true);
    const back = await bob.device(tablet.name);
    await back.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: accepted.seq });
    assert.deepEqual((await back.until("call:ice-candidate", callId)).candidate, candidate(5));
  });

  test("that gives no name comes back into its seat by connecting again", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(null), bob.device(null)]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.does("call:accept", { callId });
    callee.drop();
    await caller.until("call:participant-reconnecting", callId);
    const back = await bob.device(null);
    await caller.until("call:participant-reconnected", callId);
    await caller.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(1) });
    await back.until("call:ice-candidate", callId);
  });

  test("keeps its seat for thirty seconds, then the call of two ends as lost", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    const lost = performance.now();
    tablet.drop();
    const ended = await phone.until("call:ended", callId, { within: WINDOW + 10_000 });
    const after = performance.now() - lost;
    assert.ok(after > WINDOW - 1_500 && after < WINDOW + 6_000, `ended after ${after} ms`);
    assert.deepEqual([ended.reason, ended.endedBy, ended.status], ["connection-lost", null, "ended"]);
    assert.deepEqual((await phone.until("call:participant-left", callId)).userId, bob.id);
  });

  test("of a group is given up while the group goes on", async () => {
    const { everybody, devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    devices[2].drop();
    const left = await devices[0].until("call:participant-left", callId, { within: WINDOW + 10_000 });
    assert.deepEqual([left.userId, left.reason], [everybody[2].id, "connection-lost"]);
    assert.equal((await everybody[0].call(callId)).status, "active");
    const back = await everybody[2].device(devices[2].name);
    const joined = await back.does("call:join", { callId });
    assert.equal(joined.status, "active", "it may join again");
  });
});

describe("a resume", { concurrency: true }, () => {
  test("by a duplicated tab takes the seat, and the old tab is told", async () => {
    const { ann, bob, phone, tablet, callId, accepted } = await talking(server);
    const copy = await bob.device("copy");
    await copy.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: accepted.seq });
    assert.equal((await tablet.until("call:ring-stopped", callId)).reason, "handed-off");
    assertRefused(
      await tablet.emit("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(1) }),
      "not_this_device",
    );
    await copy.does("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(2) });
    assert.deepEqual((await phone.until("call:ice-candidate", callId)).candidate, candidate(2));
  });

  test("with a forged, foreign or used-up token gets nothing", async () => {
    const { ann, bob, callId, accepted, begun, tablet } = await talking(server);
    const thief = await bob.device("thief");
    const forged = accepted.resumeToken.slice(0, -2) + (accepted.resumeToken.endsWith("AA") ? "BB" : "AA");
    for (const resumeToken of [forged, begun.resumeToken, "", "1.", "x"]) {
      const ack = await thief.emit("call:resume", { callId, resumeToken, lastSeq: 0 });
      assertRefused(ack, "seat_gone");
    }
    assert.equal((await ann.part(callId, bob)).deviceId, tablet.name);
  });

  test("without a token catches up and takes no seat", async () => {
    const { ann, bob, callId, tablet } = await talking(server);
    const other = await bob.device("other");
    const caught = await other.does("call:resume", { callId, lastSeq: 1 });
    assert.deepEqual(caught.events.map((one) => one.seq), [2, 3, 4]);
    assert.equal((await ann.part(callId, bob)).deviceId, tablet.name);
  });

  test("after the end says that the call is over, with its true state", async () => {
    const { phone, tablet, callId, accepted } = await talking(server);
    await phone.does("call:end", { callId });
    const ack = await tablet.emit("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: 0 });
    assertRefused(ack, "call_ended");
    assert.equal(ack.error.call.status, "ended");
  });
});

test("the log of a call is the same over REST, with a stretch after any number", async () => {
  const { ann, bob, phone, tablet, callId } = await talking(server);
  await phone.does("call:end", { callId });
  const ended = await tablet.until("call:ended", callId);
  const log = await bob.does("GET", `/api/calls/${callId}/events`);
  assert.deepEqual(log.events.map((one) => one.seq), Array.from({ length: ended.seq }, (_, index) => index + 1));
  assert.equal(log.rev, ended.seq);
  for (const one of log.events.slice(1)) {
    assert.deepEqual(tablet.all(one.name, callId).find((data) => data.seq === one.seq), one.payload, one.name);
  }
  const rest = await ann.does("GET", `/api/calls/${callId}/events?after=2&limit=2`);
  assert.deepEqual(rest.events.map((one) => one.seq), [3, 4]);
  assertProblem(await ann.rest("GET", `/api/calls/${callId}/events?limit=0`), 422, "invalid");
});
