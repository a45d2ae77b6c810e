// People and conversations, so that the program stands alone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem } from "./harness/assertions.mjs";
import { PASSWORD, couple, meeting, people, register } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

describe("conversations", { concurrency: true }, () => {
  test("of the same two people are one, whoever makes it", async () => {
    const [ann, bob] = await people(server, "Ann", "Bob");
    const body = (other) => ({ body: { kind: "direct", memberIds: [other.id] } });
    const first = await ann.rest("POST", "/api/conversations", body(bob));
    assert.equal(first.status, 201);
    const again = await bob.rest("POST", "/api/conversations", body(ann));
    assert.equal(again.status, 200);
    assert.equal(again.body.conversation.id, first.body.conversation.id);
    assert.deepEqual(
      first.body.conversation.members.map((one) => [one.userId, one.userName, one.userIdentifier]).sort(),
      [[ann.id, "Ann", ann.identifier], [bob.id, "Bob", bob.identifier]].sort(),
    );
  });

  test("made by both at once are one", async () => {
    const [ann, bob] = await people(server, "Ann", "Bob");
    const ids = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? ann.direct(bob) : bob.direct(ann))));
    assert.equal(new Set(ids).size, 1);
  });

  test("are listed in pages, with the call that runs in them", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const ids = [await ann.direct(bob), await ann.direct(cem), await ann.group(bob, cem)];
    const { callId } = await ann.calls(ids[2]);
    const first = await ann.does("GET", "/api/conversations?limit=2");
    const second = await ann.does("GET", `/api/conversations?limit=2&cursor=${first.nextCursor}`);
    const listed = [...first.items, ...second.items];
    assert.deepEqual(listed.map((one) => one.id).sort(), ids.toSorted());
    assert.equal(second.nextCursor, null);
    assert.equal(listed.find((one) => one.id === ids[2]).activeCallId, callId);
  });

  test("of a group are changed by the owner, and left by anybody", async () => {
    const [ann, bob, cem, dora] = await people(server, "Ann", "Bob", "Cem", "Dora");
    const id = await ann.group(bob, cem);
    const add = (who, whom) => who.rest("POST", `/api/conversations/${id}/members`, { body: { userIds: [whom.id] } });
    const out = (who, whom) => who.rest("DELETE", `/api/conversations/${id}/members/${whom.id}`);
    const members = async () => (await ann.does("GET", `/api/conversations/${id}`)).conversation.members.map((one) => one.userName).sort();
    assert.ok((await add(ann, dora)).status < 300);
    assert.deepEqual(await members(), ["Ann", "Bob", "Cem", "Dora"]);
    assertProblem(await out(bob, cem), 403, "forbidden");
    assert.ok((await out(bob, bob)).status < 300);
    assert.ok((await out(ann, cem)).status < 300);
    assert.deepEqual(await members(), ["Ann", "Dora"]);
    assertProblem(await bob.rest("GET", `/api/conversations/${id}`), 404, "conversation_not_found");
  });

  test("of two have fixed members", async () => {
    const { ann, bob, conversation } = await couple(server);
    const cem = await register(server, "Cem");
    const added = await ann.rest("POST", `/api/conversations/${conversation}/members`, { body: { userIds: [cem.id] } });
    const removed = await ann.rest("DELETE", `/api/conversations/${conversation}/members/${bob.id}`);
    for (const refused of [added, removed]) assert.ok(refused.status >= 400 && refused.status < 500 && refused.body.code, String(refused.status));
    assert.equal((await ann.does("GET", `/api/conversations/${conversation}`)).conversation.members.length, 2);
  });

  test("with nobody, with oneself or with somebody unknown are refused", async () => {
    const ann = await register(server);
    const make = (kind, memberIds) => ann.rest("POST", "/api/conversations", { body: { kind, memberIds } });
    assertProblem(await make("direct", []), 422, "invalid");
    assert.ok([400, 422].includes((await make("direct", [ann.id])).status));
    assertProblem(await make("direct", ["00000000-0000-7000-8000-0000000000ff"]), 404, "user_not_found");
    assertProblem(await make("crowd", []), 422, "invalid");
  });

  test("whose member is removed loses that member from the call", async () => {
    const { everybody: [ann, , cem], devices: [a, , c], conversation, callId } = await meeting(server, "Ann", "Bob", "Cem");
    assert.ok((await ann.rest("DELETE", `/api/conversations/${conversation}/members/${cem.id}`)).status < 300);
    const left = await c.until("call:participant-left", callId);
    assert.deepEqual([left.userId, left.reason], [cem.id, "removed"]);
    await a.until("call:participant-left", callId);
    assertProblem(await cem.rest("POST", `/api/calls/${callId}/answer`), 403, "removed");
    const { status } = await cem.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation } });
    assert.equal(status, 404);
  });
});

describe("people", { concurrency: true }, () => {
  test("see and change themselves", async () => {
    const ann = await register(server);
    const me = await ann.does("GET", "/api/users/me");
    assert.deepEqual([me.user.id, me.user.name, me.user.identifier, me.status], [ann.id, "Ann", ann.identifier, { doNotDisturb: false, until: null }]);
    await ann.does("PATCH", "/api/users/me", { name: "  Änn  " });
    assert.equal((await ann.does("GET", "/api/users/me")).user.name, "Änn");
    for (const name of ["", "x".repeat(65), "a\u0000b", "\u202e"]) {
      assertProblem(await ann.rest("PATCH", "/api/users/me", { body: { name } }), 422, "invalid");
    }
  });

  test("are found by a part of name or address, but not by nothing", async () => {
    const [ann, bob] = await people(server, "Ann", "Xaverius");
    const search = async (text) => (await ann.does("GET", `/api/users?search=${encodeURIComponent(text)}&limit=100`)).items.map((one) => one.id);
    assert.ok((await search("xaver")).includes(bob.id));
    assert.ok((await search(bob.identifier)).includes(bob.id));
    assert.ok(!(await search("%")).length && !(await search("_")).length, "no wildcards");
    assert.deepEqual((await ann.rest("GET", "/api/users?search=x")).body.items ?? [], []);
  });

  test("who registered can log in with their password alone", async () => {
    const ann = await register(server);
    const good = await request(server.url, "POST", "/api/auth/login", { body: { email: ann.identifier, password: PASSWORD } });
    assert.deepEqual([good.status, good.body.user.id], [200, ann.id]);
    assert.ok(good.body.expiresIn > 60 && good.body.expiresIn <= 3_600);
    const text = JSON.stringify((await ann.does("GET", "/api/users/me")));
    assert.ok(!/password|hash|argon/i.test(text));
  });
});

describe("registration", () => {
  test("by invitation takes each invitation once, and closed takes nobody", async (t) => {
    const { Server } = await import("./harness/server.mjs");
    const invited = await Server.start({ settings: { REGISTRATION: "invite" } });
    t.after(() => invited.stop());
    const join = (invite) => request(invited.url, "POST", "/api/auth/register", {
      body: { email: `a${Math.random()}@example.com`, password: PASSWORD, name: "A", invite },
    });
    const code = (await invited.command("token", "invite")).split(/\s+/).findLast((word) => word.length >= 16);
    assertProblem(await join(undefined), 403, "invite_invalid");
    assertProblem(await join("nonsense"), 403, "invite_invalid");
    assert.equal((await join(code)).status, 201);
    assertProblem(await join(code), 403, "invite_invalid");
    const closed = await Server.start({ settings: { REGISTRATION: "closed" } });
    t.after(() => closed.stop());
    const refused = await request(closed.url, "POST", "/api/auth/register", { body: { email: "a@example.com", password: PASSWORD, name: "A" } });
    assertProblem(refused, 403, "registration_closed");
  });
});
