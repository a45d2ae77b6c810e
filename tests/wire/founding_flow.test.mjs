// The founding flow: clients that know nothing but the founding document.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { assertGapless, assertKeys, TIME, UUID } from "./harness/assertions.mjs";
import { answer, candidate, offer } from "./harness/media.mjs";
import { couple } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const SECRET = "a-turn-secret-of-this-test-only-0123";
const server = sharedServer({
  env: { TURN_SERVER_HOST: "turn.test", TURN_SERVER_PORT: "3479", TURN_SECRET: SECRET, TURN_TTL: "3600" },
});

describe("with a socket alone: no device names, no acknowledgements, no REST", () => {
  test("a whole call is held, accepted, negotiated, muted and ended", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(null), bob.device(null)]);

    caller.send("call:initiate", { conversationId: conversation, type: "video" });
    const incoming = await callee.until("call:incoming");
    const { callId } = incoming;
    assert.equal((await caller.until("call:ringing")).callId, callId);
    assert.deepEqual(
      {
        conversationId: incoming.conversationId,
        type: incoming.type,
        initiatedBy: incoming.initiatedBy,
        participants: incoming.participants.map((one) => [one.userId, one.userName]),
      },
      {
        conversationId: conversation,
        type: "video",
        initiatedBy: ann.id,
        participants: [[ann.id, "Ann"], [bob.id, "Bob"]],
      },
    );

    caller.send("call:offer", { callId, targetUserId: bob.id, offer: offer("early") });
    for (const number of [1, 2, 3]) {
      caller.send("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(number) });
    }
    await caller.flush();
    await callee.flush();
    assert.deepEqual(callee.story(callId), ["call:incoming", "call:ringing"], "nothing before the accept");

    callee.send("call:accept", { callId });
    await callee.until("call:ice-candidate", (data) => data.candidate.candidate.startsWith("candidate:3 "));
    const heard = callee.story(callId);
    const first = (name) => heard.indexOf(name);
    assert.ok(first("call:accepted") < first("call:offer"), heard.join(" "));
    assert.ok(first("call:offer") < first("call:ice-candidate"), heard.join(" "));
    assert.deepEqual(callee.all("call:offer"), [{ callId, fromUserId: ann.id, offer: offer("early") }]);
    assert.deepEqual(
      callee.all("call:ice-candidate"),
      [1, 2, 3].map((number) => ({ callId, fromUserId: ann.id, candidate: candidate(number) })),
    );

    callee.send("call:answer", { callId, targetUserId: ann.id, answer: answer("reply") });
    callee.send("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(9) });
    callee.send("call:ice-candidate", { callId, targetUserId: ann.id, candidate: null });
    assert.deepEqual(await caller.until("call:answer"), { callId, fromUserId: bob.id, answer: answer("reply") });
    await caller.untilCount("call:ice-candidate", 2);
    assert.deepEqual(caller.all("call:ice-candidate"), [
      { callId, fromUserId: bob.id, candidate: candidate(9) },
      { callId, fromUserId: bob.id, candidate: null },
    ]);

    const joined = caller.all("call:participant-joined").at(-1);
    assertKeys(joined, ["callId", "userId", "userName", "userIdentifier"]);
    assert.deepEqual([joined.userId, joined.userName, joined.userIdentifier], [bob.id, "Bob", bob.identifier]);

    caller.send("call:media", { callId, audioEnabled: false });
    const media = await callee.until("call:media-state-changed");
    assert.equal(media.userId, ann.id);
    assert.deepEqual(media.mediaState, { audioEnabled: false, videoEnabled: true, screenSharing: false });

    callee.send("call:end", { callId });
    for (const device of [caller, callee]) {
      const ended = await device.until("call:ended", callId);
      assert.deepEqual([ended.reason, ended.endedBy, ended.status], ["ended-by-user", bob.id, "ended"]);
      assertGapless(device, callId, ended.seq);
      assert.deepEqual(device.all("call:error"), []);
    }
  });

  test("an event that cannot be carried out is answered by call:error", async () => {
    const { ann } = await couple(server);
    const device = await ann.device(null);
    const callId = "00000000-0000-7000-8000-000000000001";
    device.send("call:end", { callId });
    const error = await device.until("call:error");
    assert.deepEqual([error.event, error.code], ["call:end", "call_not_found"]);
    assert.ok(error.message);
  });

  test("the four founding events that tell of a call have the founding fields", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(null), bob.device(null)]);
    caller.send("call:initiate", { conversationId: conversation });
    const incoming = await callee.until("call:incoming");
    assertKeys(incoming, ["callId", "conversationId", "type", "initiatedBy", "participants"]);
    assert.equal(incoming.type, "audio", "audio when the caller says nothing");
    callee.send("call:accept", { callId: incoming.callId });
    assertKeys(await caller.until("call:participant-joined"), ["callId", "userId", "userName", "userIdentifier"]);
    callee.send("call:media", { callId: incoming.callId, screenSharing: true });
    assertKeys(await caller.until("call:media-state-changed"), ["callId", "userId", "mediaState"]);
    caller.send("call:end", { callId: incoming.callId });
    assertKeys(await callee.until("call:ended"), ["callId", "reason", "endedBy"]);
  });
});

describe("over REST", () => {
  test("the seven founding routes carry a whole call with the founding fields", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(null), bob.device(null)]);

    const body = { conversationId: conversation, type: "video", participantIds: [bob.id] };
    const begun = await ann.rest("POST", "/api/calls/initiate", { body });
    assert.equal(begun.status, 201);
    assert.match(begun.body.callId, UUID);
    assert.equal(begun.body.status, "initiated");
    const founding = ({ userId, userName, userIdentifier, status }) => ({ userId, userName, userIdentifier, status });
    assert.deepEqual(begun.body.participants.map(founding), [
      { userId: ann.id, userName: "Ann", userIdentifier: ann.identifier, status: "joined" },
      { userId: bob.id, userName: "Bob", userIdentifier: bob.identifier, status: "invited" },
    ]);
    const { callId } = begun.body;
    await callee.until("call:incoming", callId);

    caller.send("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    const credentials = await bob.rest("GET", "/api/calls/turn-credentials");
    assert.equal(credentials.status, 200);
    const { urls, username, credential } = credentials.body.credentials;
    assert.ok(urls.includes("turn:turn.test:3479") || urls.some((url) => url.startsWith("turn:turn.test:3479")), urls.join());
    assert.equal(username.split(":")[1], bob.id);
    assert.equal(credential, createHmac("sha1", SECRET).update(username).digest("base64"));
    assert.match(credentials.body.expiresAt, TIME);
    assert.equal(Number(username.split(":")[0]), Math.floor(Date.parse(credentials.body.expiresAt) / 1000));

    const answered = await bob.rest("POST", `/api/calls/${callId}/answer`);
    assert.equal(answered.status, 200);
    assertKeys(answered.body, ["callId", "status", "startedAt"]);
    assert.equal(answered.body.status, "active");
    assert.match(answered.body.startedAt, TIME);
    assert.deepEqual(await callee.until("call:offer"), { callId, fromUserId: ann.id, offer: offer() });

    const media = await ann.rest("PATCH", `/api/calls/${callId}/media`, { body: { videoEnabled: false } });
    assert.deepEqual(media.body, {
      success: true,
      mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: false },
    });

    const { call } = await bob.does("GET", `/api/calls/${callId}`);
    assertKeys(call, ["id", "conversationId", "type", "status", "initiatedBy", "startedAt", "participants"]);
    assert.deepEqual(
      [call.id, call.conversationId, call.type, call.status, call.initiatedBy, call.startedAt],
      [callId, conversation, "video", "active", ann.id, answered.body.startedAt],
    );

    const ended = await bob.rest("POST", `/api/calls/${callId}/end`);
    assert.equal(ended.status, 200);
    const { duration, ...rest } = ended.body;
    assert.ok(Number.isInteger(duration) && duration >= 0, String(duration));
    assert.deepEqual([rest.callId, rest.status, rest.endReason], [callId, "ended", "ended-by-user"]);
    await caller.until("call:ended", callId);
  });

  test("a rejected call answers with the founding fields", async () => {
    const { ann, bob, conversation } = await couple(server);
    const { callId } = await ann.calls(conversation);
    const rejected = await bob.rest("POST", `/api/calls/${callId}/reject`);
    assert.equal(rejected.status, 200);
    assert.equal(rejected.body.callId, callId);
    assert.equal(rejected.body.status, "rejected");
  });

  test("answer, reject, end and leave take a missing and an empty body, with and without a content type", async () => {
    const { ann, bob, conversation } = await couple(server);
    const json = { "content-type": "application/json" };
    for (const more of [{}, { headers: json }, { raw: "", headers: json }, { body: {} }]) {
      const { callId } = await ann.calls(conversation);
      assert.equal((await bob.rest("POST", `/api/calls/${callId}/answer`, more)).status, 200);
      assert.equal((await bob.rest("POST", `/api/calls/${callId}/end`, more)).status, 200);
      const next = await ann.calls(conversation);
      assert.equal((await bob.rest("POST", `/api/calls/${next.callId}/reject`, more)).status, 200);
      const last = await ann.calls(conversation);
      assert.equal((await ann.rest("POST", `/api/calls/${last.callId}/leave`, more)).status, 200);
    }
  });
});
