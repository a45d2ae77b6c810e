// Another server, with an API key: people and conversations of the host product.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { assertProblem } from "./harness/assertions.mjs";
import { Device } from "./harness/device.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { jwt, seconds } from "./harness/tokens.mjs";

const SECRET = "the-shared-secret-of-both-sides-0003";
let key;
const server = sharedServer({ settings: { JWT_SECRET: SECRET } }, async (started) => {
  key = await started.apiKey();
});
const host = (method, path, body) => request(server.url, method, path, { token: key, body });
const token = (sub) => jwt(SECRET, { sub, name: `${sub} by token`, exp: seconds(600) });
const asUser = (sub, method, path, body) => request(server.url, method, path, { token: token(sub), body });

describe("a server of the host product", () => {
  test("makes a conversation with people by their own ids, who then call each other", async () => {
    const id = randomUUID();
    const members = [{ externalId: "u1", name: "Ann", email: "ann@host.test" }, { externalId: "u2", name: "Bob" }];
    const made = await host("PUT", `/api/conversations/${id}`, { kind: "group", title: "Team", members });
    assert.ok([200, 201].includes(made.status), JSON.stringify(made.body));
    assert.equal(made.body.conversation.id, id);
    const named = Object.fromEntries(made.body.conversation.members.map((one) => [one.userName, one.userId]));
    assert.deepEqual(Object.keys(named).sort(), ["Ann", "Bob"]);
    const again = await host("PUT", `/api/conversations/${id}`, { kind: "group", title: "Team", members });
    assert.equal(again.status, 200);
    assert.deepEqual(again.body.conversation.members, made.body.conversation.members, "the same people");

    const me = await asUser("u1", "GET", "/api/users/me");
    assert.equal(me.body.user.id, named.Ann, "the token is the same person");
    const device = await new Device(server.url, { auth: { token: token("u2") } }).connect();
    const begun = await asUser("u1", "POST", "/api/calls/initiate", { conversationId: id });
    assert.equal(begun.status, 201, JSON.stringify(begun.body));
    await device.until("call:incoming", begun.body.callId);

    const listed = await host("GET", `/api/calls?conversationId=${id}`);
    assert.equal(listed.status, 200, JSON.stringify(listed.body));
    const ended = await host("POST", `/api/calls/${begun.body.callId}/end`);
    assert.equal(ended.status, 200);
    await device.until("call:ended", begun.body.callId);
    const after = await host("GET", `/api/calls?conversationId=${id}`);
    assert.deepEqual(after.body.items.map((one) => one.id), [begun.body.callId]);
    device.close();
  });

  test("takes somebody out of a conversation, and with it out of the call", async () => {
    const id = randomUUID();
    const members = ["v1", "v2", "v3"].map((externalId) => ({ externalId, name: externalId }));
    await host("PUT", `/api/conversations/${id}`, { kind: "group", members });
    const [a, b, c] = await Promise.all(["v1", "v2", "v3"].map((sub) => new Device(server.url, { auth: { token: token(sub), deviceId: sub } }).connect()));
    const { callId } = await a.does("call:initiate", { conversationId: id });
    await b.does("call:accept", { callId });
    await c.does("call:accept", { callId });
    await host("PUT", `/api/conversations/${id}`, { kind: "group", members: members.slice(0, 2) });
    assert.equal((await c.until("call:participant-left", callId)).reason, "removed");
    assertProblem(await asUser("v3", "GET", `/api/conversations/${id}`), 404, "conversation_not_found");
    assertProblem(await asUser("v3", "POST", `/api/calls/${callId}/answer`), 403, "removed");
    await a.does("call:end", { callId });
    for (const device of [a, b, c]) device.close();
  });

  test("reads conversations, and is told what it did wrong", async () => {
    const id = randomUUID();
    const good = { kind: "group", members: [{ externalId: "w1", name: "W" }, { externalId: "w2", name: "X" }] };
    await host("PUT", `/api/conversations/${id}`, good);
    assert.equal((await host("GET", `/api/conversations/${id}`)).body.conversation.id, id);
    assert.ok((await host("GET", "/api/conversations")).body.items.some((one) => one.id === id));
    assertProblem(await host("GET", `/api/conversations/${randomUUID()}`), 404, "conversation_not_found");
    assertProblem(await host("PUT", `/api/conversations/${id}`, { ...good, kind: "crowd" }), 422, "invalid");
    assertProblem(await host("PUT", `/api/conversations/${id}`, { ...good, members: [{ name: "nobody" }] }), 422, "invalid");
    assertProblem(await host("POST", `/api/calls/${randomUUID()}/end`), 404, "call_not_found");
  });

  test("is nobody: it cannot act as a person or open a socket", async () => {
    for (const [method, path, body] of [
      ["GET", "/api/users/me"], ["POST", "/api/calls/initiate", { conversationId: randomUUID() }], ["GET", "/api/calls/missed"],
    ]) {
      const refused = await host(method, path, body);
      assert.ok([401, 403].includes(refused.status), `${method} ${path} ${refused.status}`);
    }
    await assert.rejects(new Device(server.url, { auth: { token: key } }).connect(), { message: "unauthorized" });
  });

  test("may send its key in a header of its own, and a wrong key is refused", async () => {
    const own = await request(server.url, "GET", "/api/conversations", { headers: { "x-api-key": key } });
    assert.equal(own.status, 200);
    for (const wrong of [`${key}x`, "axk_", `axk_${"0".repeat(40)}`]) {
      assertProblem(await request(server.url, "GET", "/api/conversations", { token: wrong }), 401, "unauthorized");
      assertProblem(await request(server.url, "PUT", `/api/conversations/${randomUUID()}`, { token: wrong, body: { kind: "group", members: [] } }), 401, "unauthorized");
    }
  });

  test("is needed to make conversations by id: a person's token does not do", async () => {
    const refused = await asUser("x1", "PUT", `/api/conversations/${randomUUID()}`, { kind: "group", members: [{ externalId: "x1" }] });
    assert.ok([401, 403].includes(refused.status), String(refused.status));
  });
});
