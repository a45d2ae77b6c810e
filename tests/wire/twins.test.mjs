// Every REST action has a socket twin: the same body, the same answer, the same errors.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { people } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer({
  env: { TURN_SERVER_HOST: "turn.test", TURN_SECRET: "a-turn-secret-of-this-test-only-0123" },
});
const UNKNOWN = "00000000-0000-7000-8000-0000000000ff";

/** A group of four in a fresh world: Ann calls Bob and Cem, Dora is a member, Out is not. */
async function world() {
  const all = await people(server, "Ann", "Bob", "Cem", "Dora", "Out");
  const [ann, bob, cem, dora, out] = all;
  const conversation = await ann.group(bob, cem, dora);
  const alone = await ann.group(bob);
  const devices = await Promise.all(all.map((one) => one.device(one.name.toLowerCase())));
  const at = Object.fromEntries(devices.map((device) => [device.name, device]));
  return { ann, bob, cem, dora, out, conversation, alone, at, callId: UNKNOWN };
}

const ring = async (w) => {
  const ids = [w.bob.id, w.cem.id];
  w.callId = (await w.at.ann.does("call:initiate", { conversationId: w.conversation, participantIds: ids })).callId;
  // Not before it is written down that both devices ring: two worlds are compared.
  const rings = (id) => w.at.ann.until("call:ringing", (event) => event.callId === w.callId && event.userId === id);
  await Promise.all(ids.map(rings));
  await w.at.ann.flush();
};
const talk = async (w) => {
  await ring(w);
  await w.at.bob.does("call:accept", { callId: w.callId });
};
const end = async (w) => {
  await talk(w);
  await w.at.ann.does("call:end", { callId: w.callId });
};
const nothing = async () => {};

/**
 * Each row: what to do beforehand, who acts, the REST request, the event and the body of both.
 * @type {Record<string, [(w: any) => Promise<void>, string, string, string, string, (w: any) => object]>}
 */
const ROWS = {
  "initiate": [nothing, "ann", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.alone, type: "video", metadata: { a: 1 } })],
  "initiate with chosen people": [nothing, "ann", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation, participantIds: [w.cem.id] })],
  "initiate that is an answer": [ring, "bob", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation })],
  "initiate where a call is": [talk, "dora", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation })],
  "initiate that joins": [talk, "dora", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation, ifActive: "join" })],
  "initiate by an outsider": [nothing, "out", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation })],
  "initiate with a stranger": [nothing, "ann", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation, participantIds: [w.out.id] })],
  "initiate with a wrong type": [nothing, "ann", "POST", "/initiate", "call:initiate", (w) => ({ conversationId: w.conversation, type: "smell" })],
  "initiate without a conversation": [nothing, "ann", "POST", "/initiate", "call:initiate", () => ({})],
  "answer": [ring, "bob", "POST", "/:id/answer", "call:accept", () => ({})],
  "answer with the microphone off": [ring, "bob", "POST", "/:id/answer", "call:accept", () => ({ audioEnabled: false, videoEnabled: true })],
  "answer by the name join": [talk, "dora", "POST", "/:id/answer", "call:join", () => ({})],
  "answer too early": [ring, "dora", "POST", "/:id/answer", "call:accept", () => ({})],
  "answer after the end": [end, "cem", "POST", "/:id/answer", "call:accept", () => ({})],
  "answer by an outsider": [ring, "out", "POST", "/:id/answer", "call:accept", () => ({})],
  "answer with a wrong value": [ring, "bob", "POST", "/:id/answer", "call:accept", () => ({ audioEnabled: "loud" })],
  "reject": [ring, "bob", "POST", "/:id/reject", "call:reject", () => ({})],
  "reject as busy": [ring, "bob", "POST", "/:id/reject", "call:reject", () => ({ reason: "busy" })],
  "reject of the own call": [ring, "ann", "POST", "/:id/reject", "call:reject", () => ({})],
  "reject after an answer": [talk, "bob", "POST", "/:id/reject", "call:reject", () => ({})],
  "reject with a wrong reason": [ring, "bob", "POST", "/:id/reject", "call:reject", () => ({ reason: "bored" })],
  "end as a cancel": [ring, "ann", "POST", "/:id/end", "call:end", () => ({})],
  "end by the host": [talk, "ann", "POST", "/:id/end", "call:end", () => ({})],
  "end by another": [talk, "bob", "POST", "/:id/end", "call:end", () => ({})],
  "end again": [end, "bob", "POST", "/:id/end", "call:end", () => ({})],
  "end by an outsider": [talk, "out", "POST", "/:id/end", "call:end", () => ({})],
  "leave": [talk, "bob", "POST", "/:id/leave", "call:leave", () => ({})],
  "leave by the host": [talk, "ann", "POST", "/:id/leave", "call:leave", () => ({})],
  "leave by somebody who is not in it": [talk, "dora", "POST", "/:id/leave", "call:leave", () => ({})],
  "media": [talk, "bob", "PATCH", "/:id/media", "call:media", () => ({ videoEnabled: true, screenSharing: true })],
  "media before the answer": [ring, "bob", "PATCH", "/:id/media", "call:media", () => ({ videoEnabled: true })],
  "media of nothing": [talk, "bob", "PATCH", "/:id/media", "call:media", () => ({})],
  "media of something else": [talk, "bob", "PATCH", "/:id/media", "call:media", () => ({ volume: 3 })],
  "turn credentials": [nothing, "ann", "GET", "/turn-credentials", "call:turn-credentials", () => ({})],
  "turn credentials for a call": [talk, "ann", "GET", "/turn-credentials?callId=:id", "call:turn-credentials", (w) => ({ callId: w.callId })],
  "turn credentials for a foreign call": [talk, "out", "GET", "/turn-credentials?callId=:id", "call:turn-credentials", (w) => ({ callId: w.callId })],
  "details": [talk, "bob", "GET", "/:id", "call:get", () => ({})],
  "details for a member": [talk, "dora", "GET", "/:id", "call:get", () => ({})],
  "details after the end": [end, "cem", "GET", "/:id", "call:get", () => ({})],
  "details for an outsider": [talk, "out", "GET", "/:id", "call:get", () => ({})],
  "invite": [talk, "ann", "POST", "/:id/invite", "call:invite", (w) => ({ userIds: [w.dora.id] })],
  "invite of a stranger": [talk, "ann", "POST", "/:id/invite", "call:invite", (w) => ({ userIds: [w.out.id] })],
  "invite of nobody": [talk, "ann", "POST", "/:id/invite", "call:invite", () => ({ userIds: [] })],
  "invite from outside the call": [talk, "dora", "POST", "/:id/invite", "call:invite", (w) => ({ userIds: [w.cem.id] })],
  "remove": [talk, "ann", "POST", "/:id/participants/:bob/remove", "call:remove", (w) => ({ userId: w.bob.id })],
  "remove without the right": [talk, "bob", "POST", "/:id/participants/:cem/remove", "call:remove", (w) => ({ userId: w.cem.id })],
  "remove of nobody": [talk, "ann", "POST", "/:id/participants/:out/remove", "call:remove", (w) => ({ userId: w.out.id })],
  "mute": [talk, "ann", "POST", "/:id/participants/:bob/mute", "call:mute", (w) => ({ userId: w.bob.id })],
  "mute without the right": [talk, "bob", "POST", "/:id/participants/:ann/mute", "call:mute", (w) => ({ userId: w.ann.id })],
  "role": [talk, "ann", "PATCH", "/:id/participants/:bob", "call:set-role", (w) => ({ userId: w.bob.id, role: "co-host" })],
  "role of host": [talk, "ann", "PATCH", "/:id/participants/:bob", "call:set-role", (w) => ({ userId: w.bob.id, role: "host" })],
  "role without the right": [talk, "bob", "PATCH", "/:id/participants/:cem", "call:set-role", (w) => ({ userId: w.cem.id, role: "viewer" })],
  "role that there is not": [talk, "ann", "PATCH", "/:id/participants/:bob", "call:set-role", (w) => ({ userId: w.bob.id, role: "king" })],
};

/** The text of an answer with every name, time and secret of its world made the same. */
function told(w, value) {
  let text = JSON.stringify(value);
  const names = { ann: w.ann, bob: w.bob, cem: w.cem, dora: w.dora, out: w.out };
  for (const [name, person] of Object.entries(names)) {
    text = text.replaceAll(person.id, `<${name}>`).replaceAll(person.identifier, `<${name}@>`);
  }
  text = text
    .replaceAll(w.conversation, "<conversation>")
    .replaceAll(w.alone, "<alone>")
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<call>")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>")
    .replace(/"(resumeToken|credential)":"[^"]+"/g, '"$1":"<secret>"')
    .replace(/"username":"\d+:/g, '"username":"<expiry>:')
    .replace(/"(duration|ownDuration)":\d/g, '"$1":0');
  return JSON.parse(text);
}

/** A problem document in the form of an acknowledgement's error. */
function asAckError(problem) {
  const { type: _, title: __, status: ___, requestId: ____, detail, ...rest } = problem;
  return { ...rest, message: detail };
}

/** An error without the call that was asked about: a route has it in its path. */
const aboutAnotherCall = (error, asked) => {
  const { callId, ...rest } = error;
  return callId === asked ? rest : error;
};

describe("the twins answer alike", { concurrency: 4 }, () => {
  for (const [name, [prepare, who, method, path, event, body]] of Object.entries(ROWS)) {
    test(name, async () => {
      const [rest, socket] = await Promise.all([world(), world()]);
      await Promise.all([prepare(rest), prepare(socket)]);
      const filled = path.replace(":id", rest.callId).replace(/:([a-z]+)/, (_, person) => rest[person].id);
      const content = method === "GET" ? {} : { body: body(rest) };
      const answer = await rest[who].rest(method, `/api/calls${filled}`, { ...content, device: who });
      const target = /:id/.test(path) ? { callId: socket.callId } : {};
      const ack = await socket.at[who].emit(event, { ...target, ...body(socket) });
      assert.equal(ack.ok, answer.status < 400, `${answer.status} ${JSON.stringify(answer.body)} beside ${JSON.stringify(ack)}`);
      if (ack.ok) {
        const { ok: _, ...plain } = ack;
        assert.deepEqual(told(socket, plain), told(rest, answer.body));
      } else {
        const fields = (error) => ({ ...error, errors: error.errors?.map((one) => one.field) });
        const over = aboutAnotherCall(ack.error, socket.callId);
        const under = aboutAnotherCall(asAckError(answer.body), rest.callId);
        assert.deepEqual(fields(told(socket, over)), fields(told(rest, under)));
      }
      const [left, right] = await Promise.all([[rest, who], [socket, who]].map(async ([w]) => {
        const seen = await w.ann.rest("GET", `/api/calls/${w.callId}`);
        return seen.status === 200 ? told(w, seen.body.call) : seen.status;
      }));
      assert.deepEqual(right, left, "the call is the same afterwards");
    });
  }
});
