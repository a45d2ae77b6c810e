// An idempotency key makes a repeated start the same start.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { randomUUID } from "node:crypto";
import { assertProblem } from "./harness/assertions.mjs";
import { couple } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();
const start = (who, conversationId, key, more = {}) =>
  who.rest("POST", "/api/calls/initiate", { body: { conversationId, ...more }, headers: { "idempotency-key": key } });

describe("the same key", { concurrency: true }, () => {
  test("and body get the same answer, even after the call has ended, and start one call", async () => {
    const { ann, conversation } = await couple(server);
    const key = randomUUID();
    const first = await start(ann, conversation, key);
    assert.equal(first.status, 201);
    const again = await start(ann, conversation, key);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    await ann.does("POST", `/api/calls/${first.body.callId}/end`);
    assert.deepEqual((await start(ann, conversation, key)).body, first.body);
    assert.equal((await ann.history()).length, 1);
  });

  test("over the socket, again after the answer got lost, start one call", async () => {
    const { ann, bob, conversation } = await couple(server);
    const device = await ann.device("ann-1");
    const idempotencyKey = randomUUID();
    const first = await device.does("call:initiate", { conversationId: conversation, idempotencyKey });
    const again = await device.does("call:initiate", { conversationId: conversation, idempotencyKey });
    assert.equal(again.callId, first.callId);
    assert.equal((await bob.does("GET", "/api/calls/active")).items.length, 1);
    const failure = await device.emit("call:initiate", { conversationId: conversation, idempotencyKey: "a b" });
    assert.equal(failure.error.code, "invalid");
    assert.deepEqual(failure.error.errors.map((one) => one.field), ["idempotencyKey"]);
  });

  test("and another body are refused", async () => {
    const { ann, conversation } = await couple(server);
    const key = randomUUID();
    await start(ann, conversation, key);
    assertProblem(await start(ann, conversation, key, { type: "video" }), 422, "idempotency_mismatch");
    assert.equal((await ann.does("GET", "/api/calls/active")).items.length, 1);
  });

  test("ten times at once start one call", async () => {
    const { ann, conversation } = await couple(server);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(ann, conversation, key)));
    const good = answers.filter((one) => one.status === 201);
    assert.ok(good.length >= 1);
    assert.equal(new Set(good.map((one) => one.body.callId)).size, 1);
    for (const other of answers.filter((one) => one.status !== 201)) assertProblem(other, 409, "idempotency_in_progress");
  });

  test("of another person is another key", async () => {
    const { ann, bob, conversation } = await couple(server);
    const key = randomUUID();
    const first = await start(ann, conversation, key);
    await ann.does("POST", `/api/calls/${first.body.callId}/end`);
    const second = await start(bob, conversation, key);
    assert.equal(second.status, 201);
    assert.notEqual(second.body.callId, first.body.callId);
  });

  test("may be used again after a refusal", async () => {
    const { ann, bob, conversation } = await couple(server);
    const key = randomUUID();
    await ann.rest("PUT", `/api/users/me/blocks/${bob.id}`);
    assertProblem(await start(ann, conversation, key), 403, "callee_blocked");
    await ann.rest("DELETE", `/api/users/me/blocks/${bob.id}`);
    assert.equal((await start(ann, conversation, key)).status, 201);
  });

  test("outlives a restart", async () => {
    const { Server } = await import("./harness/server.mjs");
    const own = await Server.start();
    const { ann, conversation } = await couple(own);
    const key = randomUUID();
    const first = await start(ann, conversation, key);
    await own.crash();
    assert.deepEqual((await start(ann, conversation, key)).body, first.body);
    await own.stop();
  });
});
