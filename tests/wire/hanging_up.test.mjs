// Hanging up: either side of two, the host of a group, anybody else, the last one.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertGapless, assertProblem, assertRefused } from "./harness/assertions.mjs";
import { meeting, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("a call of two", { concurrency: true }, () => {
  for (const side of ["phone", "tablet"]) {
    for (const event of ["call:end", "call:leave"]) {
      test(`is ended by ${event} of the ${side === "phone" ? "caller" : "callee"}`, async () => {
        const all = await talking(server);
        const by = side === "phone" ? all.ann : all.bob;
        const { callId } = all;
        const ended = await all[side].does(event, { callId });
        assert.deepEqual([ended.status, ended.endReason], ["ended", "ended-by-user"]);
        for (const device of [all.phone, all.tablet]) {
          const told = await device.until("call:ended", callId);
          assert.deepEqual([told.reason, told.endedBy, told.duration], ["ended-by-user", by.id, ended.duration]);
          assertGapless(device, callId, told.seq);
        }
        const call = await all.ann.call(callId);
        assert.equal(call.duration, Math.floor((Date.parse(call.endedAt) - Date.parse(call.startedAt)) / 1000));
        assert.deepEqual(call.participants.map((one) => one.status), ["left", "left"]);
      });
    }
  }

  test("ended twice, and by both at once, has one end and one duration", async () => {
    const { ann, bob, phone, tablet, callId } = await talking(server);
    const both = await Promise.all([phone.does("call:end", { callId }), tablet.does("call:end", { callId })]);
    assert.deepEqual(both[0], both[1]);
    const { ok: _, ...body } = both[0];
    assert.deepEqual(await bob.does("POST", `/api/calls/${callId}/end`), body);
    await phone.flush();
    assert.equal(phone.all("call:ended").length, 1);
    assert.equal((await ann.history()).length, 1);
  });

  test("that is over takes no answer, media, signal or invitation", async () => {
    const { ann, bob, phone, callId } = await talking(server);
    const ended = await phone.does("call:end", { callId });
    for (const [method, path, body] of [
      ["POST", "answer"],
      ["PATCH", "media", { audioEnabled: false }],
      ["POST", "invite", { userIds: [bob.id] }],
    ]) {
      const refused = await ann.rest(method, `/api/calls/${callId}/${path}`, { body });
      assertProblem(refused, 409, "call_ended");
      assert.equal(refused.body.call.status, "ended");
    }
    const offer = { type: "offer", sdp: "v=0\r\n" };
    assertRefused(await phone.emit("call:offer", { callId, targetUserId: bob.id, offer }), "call_ended");
    const call = await ann.call(callId);
    assert.deepEqual([call.rev, call.duration], [ended.seq, ended.duration], "nothing changed");
  });
});

describe("a group call", { concurrency: true }, () => {
  test("is ended for all by the host", async () => {
    const { everybody: [ann], devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    const ended = await devices[0].does("call:end", { callId });
    assert.deepEqual([ended.status, ended.endReason], ["ended", "ended-by-host"]);
    for (const device of devices) {
      const told = await device.until("call:ended", callId);
      assert.deepEqual([told.reason, told.endedBy], ["ended-by-host", ann.id]);
    }
  });

  test("is only left by anybody else who ends it", async () => {
    const { everybody: [, bob], devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    const left = await devices[1].does("call:end", { callId });
    assert.deepEqual([left.status, left.left, left.endReason], ["active", true, null]);
    const told = await devices[0].until("call:participant-left", callId);
    assert.deepEqual([told.userId, told.reason], [bob.id, "left"]);
    assert.deepEqual(devices[2].all("call:ended"), []);
  });

  test("passes to the one who joined earliest when the host leaves", async () => {
    const { everybody: [ann, bob, cem], devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    await devices[0].does("call:leave", { callId });
    const changed = await devices[2].until("call:host-changed", callId);
    assert.deepEqual([changed.host, changed.previousHost], [bob.id, ann.id]);
    assert.equal((await cem.call(callId)).host, bob.id);
    assert.equal((await devices[1].does("call:end", { callId })).endReason, "ended-by-host", "the new host ends it for all");
  });

  test("that everybody left ends after the grace time", async () => {
    const { everybody: [ann], devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    const since = performance.now();
    for (const device of devices) await device.does("call:leave", { callId });
    assert.equal((await ann.call(callId)).status, "active");
    const ended = await devices[0].until("call:ended", callId, { within: 30_000 });
    const after = performance.now() - since;
    assert.deepEqual([ended.reason, ended.endedBy], ["last-left", null]);
    assert.ok(after > 18_000 && after < 28_000, `after ${after} ms`);
  });

  test("that everybody left can be entered again within the grace time", async () => {
    const { everybody: [ann], devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    for (const device of devices) await device.does("call:leave", { callId });
    assert.equal((await devices[2].does("call:join", { callId })).status, "active");
    assert.equal((await ann.call(callId)).status, "active");
  });

  test("gives its host the right to remove, to mute and to appoint, and nobody else", async () => {
    const { everybody: [ann, bob, cem], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    for (const [event, more] of [["call:remove", {}], ["call:mute", {}], ["call:set-role", { role: "viewer" }]]) {
      assertRefused(await b.emit(event, { callId, userId: cem.id, ...more }), "capability_missing");
    }
    await a.does("call:mute", { callId, userId: cem.id });
    const muted = await b.until("call:media-state-changed", callId);
    assert.deepEqual([muted.userId, muted.mediaState.audioEnabled], [cem.id, false]);
    await a.does("call:set-role", { callId, userId: bob.id, role: "co-host" });
    assert.equal((await c.until("call:participant-updated", (data) => data.userId === bob.id)).role, "co-host");
    await b.does("call:remove", { callId, userId: cem.id });
    assert.equal((await c.until("call:participant-left", (data) => data.userId === cem.id)).reason, "removed");
    const before = c.mark;
    await a.does("call:media", { callId, audioEnabled: false });
    await c.flush();
    assert.deepEqual(c.heard.slice(before).filter((one) => one.data?.callId === callId), [], "who was removed hears nothing");
    assertProblem(await ann.rest("POST", `/api/calls/${callId}/participants/${ann.id}/remove`), 403, "capability_missing");
  });
});
