// People who must not be disturbed: do-not-disturb and blocks.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { couple, people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer({ settings: { RING_SECONDS: 5 } });
const OVER = { within: 14_000 };

describe("somebody who is not to be disturbed", { concurrency: true }, () => {
  test("hears nothing, and finds a missed call", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { doNotDisturb } = await bob.does("PUT", "/api/users/me/status", { doNotDisturb: true });
    assert.equal(doNotDisturb, true);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await caller.settled(callId);
    await callee.flush();
    assert.deepEqual(callee.all("call:incoming"), []);
    assert.equal((await caller.until("call:ended", callId, OVER)).status, "missed");
    assert.deepEqual(caller.all("call:ringing"), []);
    assert.deepEqual((await bob.missed()).map((one) => one.id), [callId]);
  });

  test("may answer all the same, and rings again when it is switched off", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    await bob.does("PUT", "/api/users/me/status", { doNotDisturb: true });
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    assert.equal((await callee.does("call:accept", { callId })).status, "active");
    await caller.does("call:end", { callId });
    await bob.does("PUT", "/api/users/me/status", { doNotDisturb: false });
    const next = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", next.callId);
  });

  test("until a moment that has passed is reachable", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const until = new Date(Date.now() + 500).toISOString();
    await bob.rest("PUT", "/api/users/me/status", { body: { doNotDisturb: true, until } });
    for (;;) {
      const { status } = await bob.does("GET", "/api/users/me");
      if (!status.doNotDisturb) break;
    }
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
  });
});

describe("a block", { concurrency: true }, () => {
  test("by the callee lets the caller's call run out, and the callee never learns of it", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    assert.ok((await bob.rest("PUT", `/api/users/me/blocks/${ann.id}`)).status < 300);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    const ended = await caller.until("call:ended", callId, OVER);
    assert.deepEqual([ended.status, ended.reason], ["missed", "timeout"]);
    await callee.flush();
    assert.deepEqual(callee.story(callId), []);
    assert.deepEqual(await bob.missed(), []);
    assert.deepEqual(await bob.history(), []);
    assertProblem(await bob.rest("GET", `/api/calls/${callId}`), 404, "call_not_found");
    assertProblem(await bob.rest("POST", `/api/calls/${callId}/answer`), 404, "call_not_found");
  });

  test("by the caller refuses the call", async () => {
    const { ann, bob, conversation } = await couple(server);
    await ann.rest("PUT", `/api/users/me/blocks/${bob.id}`);
    assertProblem(await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation } }), 403, "callee_blocked");
    const device = await ann.device();
    assertRefused(await device.emit("call:initiate", { conversationId: conversation }), "callee_blocked");
    assert.deepEqual(await ann.history(), []);
  });

  test("is listed and can be lifted", async () => {
    const { ann, bob, conversation } = await couple(server);
    await bob.rest("PUT", `/api/users/me/blocks/${ann.id}`);
    const listed = await bob.does("GET", "/api/users/me/blocks");
    assert.deepEqual(listed.items.map((one) => one.user.id), [ann.id]);
    assert.ok((await bob.rest("DELETE", `/api/users/me/blocks/${ann.id}`)).status < 300);
    const callee = await bob.device();
    const { callId } = await ann.calls(conversation);
    await callee.until("call:incoming", callId);
  });

  test("of one in a group keeps only that one from ringing", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    await bob.rest("PUT", `/api/users/me/blocks/${ann.id}`);
    const [b, c] = await Promise.all([bob.device(), cem.device()]);
    const { callId } = await ann.calls(conversation);
    await c.until("call:incoming", callId);
    await b.flush();
    assert.deepEqual(b.story(callId), []);
  });
});
