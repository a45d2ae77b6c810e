// Every refusal is a clear error and changes nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { candidate, offer } from "./harness/media.mjs";
import { couple, meeting, people, register, talking } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();
const deep = (levels) => "[".repeat(levels) + "]".repeat(levels);
const UNKNOWN = "00000000-0000-7000-8000-0000000000ff";

/** Runs `work` and proves that the call did not change. */
async function unchanged(person, callId, work) {
  const before = await person.call(callId);
  await work();
  assert.deepEqual(await person.call(callId), before, "the call is as it was");
}

describe("an outsider", { concurrency: true }, () => {
  test("finds no call, whether it exists or not, over REST", async () => {
    const { ann, bob, callId } = await talking(server);
    const out = await register(server, "Out");
    await unchanged(ann, callId, async () => {
      for (const id of [callId, UNKNOWN, "not-a-uuid"]) {
        for (const [method, path, body] of [
          ["GET", ""], ["GET", "/events"], ["POST", "/answer"], ["POST", "/reject"], ["POST", "/end"], ["POST", "/leave"],
          ["PATCH", "/media", { audioEnabled: false }], ["POST", "/invite", { userIds: [bob.id] }],
          ["POST", `/participants/${bob.id}/remove`], ["POST", `/participants/${bob.id}/mute`],
          ["PATCH", `/participants/${bob.id}`, { role: "viewer" }],
        ]) {
          assertProblem(await out.rest(method, `/api/calls/${id}${path}`, { body }), 404, "call_not_found");
        }
      }
    });
  });

  test("finds no call over the socket", async () => {
    const { ann, bob, callId } = await talking(server);
    const out = await (await register(server, "Out")).device();
    await unchanged(ann, callId, async () => {
      for (const id of [callId, UNKNOWN]) {
        for (const [event, more] of [
          ["call:get"], ["call:accept"], ["call:join"], ["call:reject"], ["call:end"], ["call:leave"],
          ["call:media", { audioEnabled: false }], ["call:invite", { userIds: [bob.id] }],
          ["call:remove", { userId: bob.id }], ["call:mute", { userId: bob.id }], ["call:set-role", { userId: bob.id, role: "viewer" }],
          ["call:offer", { targetUserId: bob.id, offer: offer() }], ["call:ice-candidate", { targetUserId: bob.id, candidate: candidate() }],
          ["call:resume", { lastSeq: 0 }],
        ]) {
          assertRefused(await out.emit(event, { callId: id, ...more }), "call_not_found");
        }
      }
    });
  });

  test("cannot call into a conversation, and cannot be called into it", async () => {
    const { ann, conversation } = await couple(server);
    const out = await register(server, "Out");
    const start = (who, body) => who.rest("POST", "/api/calls/initiate", { body });
    assertProblem(await start(out, { conversationId: conversation }), 404, "conversation_not_found");
    assertProblem(await start(ann, { conversationId: UNKNOWN }), 404, "conversation_not_found");
    assertProblem(await start(ann, { conversationId: conversation, participantIds: [out.id] }), 403, "not_member");
    assertProblem(await start(ann, { conversationId: conversation, participantIds: [ann.id] }), 422, "no_invitees");
    assertProblem(await start(ann, { conversationId: conversation, participantIds: [] }), 422, "no_invitees");
    assert.deepEqual(await ann.history(), []);
    assert.deepEqual((await ann.does("GET", "/api/calls/active")).items, []);
  });

  test("of a conversation sees neither it nor its members, and cannot change it", async () => {
    const { conversation } = await couple(server);
    const out = await register(server, "Out");
    assertProblem(await out.rest("GET", `/api/conversations/${conversation}`), 404, "conversation_not_found");
    assertProblem(await out.rest("POST", `/api/conversations/${conversation}/members`, { body: { userIds: [out.id] } }), 404, "conversation_not_found");
    assertProblem(await out.rest("DELETE", `/api/conversations/${conversation}/members/${out.id}`), 404, "conversation_not_found");
  });
});

describe("a body", { concurrency: true }, () => {
  test("that is no JSON, too deep, too large or of another type is refused by name", async () => {
    const { ann, conversation } = await couple(server);
    const json = { "content-type": "application/json" };
    const send = (raw, headers = json) => ann.rest("POST", "/api/calls/initiate", { raw, headers });
    for (const raw of ["", "{", "nonsense", '{"conversationId":', "\u0000"]) assertProblem(await send(raw), 400, "bad_request");
    assertProblem(await send(`{"conversationId":"${conversation}","metadata":${deep(20)}}`), 400, "bad_request");
    assertProblem(await send(deep(10_000)), 400, "bad_request");
    assertProblem(await send(JSON.stringify({ conversationId: conversation, metadata: "x".repeat(70_000) })), 413, "payload_too_large");
    assertProblem(await send("conversationId=1", { "content-type": "application/x-www-form-urlencoded" }), 415, "unsupported_media_type");
    assertProblem(await send(JSON.stringify({ conversationId: conversation }), { "content-type": "text/plain" }), 415, "unsupported_media_type");
    assert.deepEqual((await ann.does("GET", "/api/calls/active")).items, []);
  });

  test("with a wrong value names the field", async () => {
    const { ann, bob, conversation } = await couple(server);
    const good = { conversationId: conversation };
    for (const [body, field] of [
      [{}, ""],
      [{ conversationId: 7 }, "conversationId"],
      [{ conversationId: "x" }, "conversationId"],
      [{ ...good, type: "smell" }, "type"],
      [{ ...good, type: null }, "type"],
      [{ ...good, participantIds: "all" }, "participantIds"],
      [{ ...good, participantIds: [bob.id, "x"] }, "participantIds[1]"],
      [{ ...good, participantIds: Array(101).fill(bob.id) }, "participantIds"],
      [{ ...good, metadata: { text: "x".repeat(4_096) } }, "metadata"],
      [{ ...good, ring: "loud" }, "ring"],
      [{ ...good, ifActive: "fight" }, "ifActive"],
      [{ ...good, deviceId: "" }, "deviceId"],
      [{ ...good, deviceId: "x".repeat(65) }, "deviceId"],
      [{ ...good, deviceId: "socket:x" }, "deviceId"],
    ]) {
      const refused = await ann.rest("POST", "/api/calls/initiate", { body });
      assertProblem(refused, 422, "invalid");
      const fields = refused.body.errors.map((one) => one.field);
      assert.ok(fields.some((one) => one === field || (field === "" && one !== undefined)), `${field} in ${JSON.stringify(refused.body)}`);
    }
    const bad = await ann.rest("POST", "/api/calls/initiate", { body: good, headers: { "x-device-id": "x".repeat(65) } });
    assert.ok([400, 422].includes(bad.status), String(bad.status));
    assert.deepEqual((await ann.does("GET", "/api/calls/active")).items, []);
  });

  test("of media takes its three switches only, at least one", async () => {
    const { ann, callId } = await talking(server);
    await unchanged(ann, callId, async () => {
      for (const body of [{}, { audioEnabled: "yes" }, { audioEnabled: 1 }, { volume: 11 }, { audioEnabled: true, volume: 11 }, [], "x", null]) {
        assertProblem(await ann.rest("PATCH", `/api/calls/${callId}/media`, { body }), 422, "invalid");
      }
    });
  });

  test("with unknown fields is taken as if they were not there", async () => {
    const { ann, conversation } = await couple(server);
    const begun = await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation, future: { a: 1 } } });
    assert.equal(begun.status, 201);
  });
});

describe("an event", { concurrency: true }, () => {
  test("with a payload of another shape is refused, and the connection stays", async () => {
    const { ann, bob, phone, callId } = await talking(server);
    await unchanged(ann, callId, async () => {
      for (const payload of [undefined, null, 7, "x", [], true]) {
        const ack = await phone.emit("call:end", payload);
        assert.equal(ack.ok, false);
        assert.ok(["invalid", "bad_request"].includes(ack.error.code), JSON.stringify(ack));
      }
      const target = { callId, targetUserId: bob.id };
      for (const [event, payload] of [
        ["call:end", {}],
        ["call:end", { callId: "x" }],
        ["call:offer", { ...target }],
        ["call:offer", { ...target, offer: "v=0" }],
        ["call:offer", { ...target, offer: { type: "answer", sdp: "v=0\r\n" } }],
        ["call:offer", { ...target, offer: { type: "offer", sdp: "x=0\r\n" } }],
        ["call:offer", { ...target, offer: { type: "offer", sdp: 7 } }],
        ["call:offer", { callId, targetUserId: "x", offer: offer() }],
        ["call:answer", { ...target, answer: offer() }],
        ["call:ice-candidate", { ...target }],
        ["call:ice-candidate", { ...target, candidate: "candidate:1" }],
        ["call:ice-candidate", { ...target, candidate: { candidate: "nonsense" } }],
        ["call:ice-candidate", { ...target, candidate: { candidate: `candidate:${"x".repeat(2_100)}` } }],
        ["call:media", { callId }],
        ["call:media", { callId, audioEnabled: 1 }],
        ["call:media", { callId, volume: 1 }],
        ["call:set-role", { callId, userId: bob.id, role: "king" }],
        ["call:quality", { callId, grade: "superb" }],
        ["call:transport-state", { callId, state: "odd" }],
      ]) {
        const ack = await phone.emit(event, payload);
        assertRefused(ack, "invalid");
        assert.ok(ack.error.errors.length > 0, `${event} ${JSON.stringify(ack)}`);
      }
    });
  });

  test("that is too large or too deep is refused", async () => {
    const { ann, bob, phone, callId } = await talking(server);
    await unchanged(ann, callId, async () => {
      assertRefused(await phone.emit("call:end", { callId, more: "x".repeat(9_000) }), "payload_too_large");
      const many = { callId, targetUserId: bob.id, candidate: { candidate: `candidate:${"x".repeat(5_000)}` } };
      assertRefused(await phone.emit("call:ice-candidate", many), "payload_too_large");
      assertRefused(await phone.emit("call:end", { callId, more: JSON.parse(deep(20)) }), "bad_request");
    });
  });

  test("of an unknown name is refused by that name", async () => {
    const ann = await register(server);
    const device = await ann.device();
    assertRefused(await device.emit("call:dance", {}), "unknown_event");
    assertRefused(await device.emit("call:incoming", {}), "unknown_event");
  });

  test("without a payload, or with several, is no fault of the server", async () => {
    const ann = await register(server);
    const device = await ann.device();
    const none = await device.socket.timeout(5_000).emitWithAck("call:end");
    assert.equal(none.ok, false);
    const several = await device.socket.timeout(5_000).emitWithAck("call:end", { callId: UNKNOWN }, { callId: UNKNOWN });
    assert.equal(several.ok, false);
    await device.flush();
  });

  test("about a media server that there is not is refused as such", async () => {
    const { phone, callId } = await talking(server);
    const ack = await phone.emit("call:subscribe", { callId, slots: [] });
    assert.equal(ack.ok, false);
    assert.match(ack.error.code, /^topology_/);
  });
});

describe("a call", { concurrency: true }, () => {
  test("takes no second answer and no answer of another device", async () => {
    const { ann, bob, callId } = await talking(server);
    await unchanged(ann, callId, async () => {
      const other = await bob.rest("POST", `/api/calls/${callId}/answer`, { device: "other" });
      assertProblem(other, 409, "answered_elsewhere");
    });
  });

  test("lets nobody act for others or above their rights", async () => {
    const { everybody: [ann, bob, cem], devices: [, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    await unchanged(ann, callId, async () => {
      for (const action of ["remove", "mute"]) {
        assertProblem(await bob.rest("POST", `/api/calls/${callId}/participants/${cem.id}/${action}`), 403, "capability_missing");
      }
      const role = await bob.rest("PATCH", `/api/calls/${callId}/participants/${bob.id}`, { body: { role: "host" } });
      assertProblem(role, 403, "capability_missing");
      assertRefused(await b.emit("call:invite", { callId, userIds: [UNKNOWN] }), "not_member");
      const nobody = await ann.rest("POST", `/api/calls/${callId}/participants/${UNKNOWN}/mute`);
      assertProblem(nobody, 404, "target_not_in_call");
    });
  });

  test("that was rejected is not ended by who rejected it", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const { callId } = await ann.calls(conversation);
    await bob.does("POST", `/api/calls/${callId}/reject`);
    await unchanged(ann, callId, async () => {
      assertProblem(await bob.rest("POST", `/api/calls/${callId}/end`), 409, "not_joined");
      assertProblem(await bob.rest("PATCH", `/api/calls/${callId}/media`, { body: { audioEnabled: false } }), 409, "not_joined");
    });
  });
});

describe("a route", { concurrency: true }, () => {
  test("that there is not, and a method that it has not, are problems too", async () => {
    const ann = await register(server);
    assertProblem(await ann.rest("GET", "/api/nothing"), 404, "not_found");
    assertProblem(await ann.rest("GET", "/api/calls/x/y/z/w"), 404, "not_found");
    const wrong = await ann.rest("DELETE", "/api/calls/initiate");
    assertProblem(wrong, 405, "method_not_allowed");
    assert.match(wrong.headers.get("allow"), /POST/);
  });

  test("names every request, and takes no request id for a header to inject", async () => {
    const answer = await request(server.url, "GET", "/api/users/me", { headers: { "x-request-id": "evil<script>" } });
    assert.equal(answer.headers.get("x-request-id"), answer.body.requestId);
    assert.notEqual(answer.body.requestId, "evil<script>");
  });

  test("with a query that cannot be is refused", async () => {
    const ann = await register(server);
    for (const query of ["limit=0", "limit=101", "limit=x", "cursor=nonsense", "type=smell", "outcome=odd", "from=yesterday", "conversationId=1"]) {
      const refused = await ann.rest("GET", `/api/calls?${query}`);
      assert.ok([400, 422].includes(refused.status), `${query}: ${refused.status}`);
      assert.ok(refused.body.code, query);
    }
  });
});
