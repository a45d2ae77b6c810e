// The usual limits: what is too much is refused with the time to wait, and others are unaffected.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { offer } from "./harness/media.mjs";
import { PASSWORD, couple, register, talking } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer({
  settings: { LIMITS: "default", TRUSTED_PROXIES: "127.0.0.1/32" },
  env: { TURN_SERVER_HOST: "turn.test", TURN_SECRET: "a-turn-secret-of-this-test-only-0123" },
});
const times = (count, make) => Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const from = (address) => ({ headers: { "x-forwarded-for": address } });

function assertLimited(answer) {
  assertProblem(answer, 429, "rate_limited");
  const wait = Number(answer.headers.get("retry-after"));
  assert.ok(wait >= 1, `retry-after ${wait}`);
  assert.equal(answer.body.retryable, true);
}

describe("too much", () => {
  test("of starting calls is refused after ten in a minute", async () => {
    const { ann, bob, conversation } = await couple(server);
    for (let turn = 0; turn < 10; turn += 1) {
      const { callId } = await ann.calls(conversation);
      await ann.does("POST", `/api/calls/${callId}/end`);
    }
    assertLimited(await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation } }));
    const device = await ann.device();
    const ack = await device.emit("call:initiate", { conversationId: conversation });
    assertRefused(ack, "rate_limited");
    assert.ok(ack.error.retryAfter >= 1);
    assert.equal((await ann.history()).length, 10, "the refused ones left nothing");
    assert.equal((await bob.rest("POST", "/api/calls/initiate", { body: { conversationId: conversation } })).status, 201, "others may");
  });

  test("of TURN credentials is refused after thirty in a minute", async () => {
    const ann = await register(server);
    const answers = await times(32, () => ann.rest("GET", "/api/calls/turn-credentials"));
    const refused = answers.filter((one) => one.status !== 200);
    assert.equal(refused.length, 2);
    refused.forEach(assertLimited);
  });

  test("of requests by one person is refused, and another person is served", async () => {
    const [ann, bob] = [await register(server), await register(server, "Bob")];
    const answers = await times(260, () => ann.rest("GET", "/api/users/me"));
    const refused = answers.filter((one) => one.status !== 200);
    assert.ok(refused.length > 0 && answers.length - refused.length >= 200, `${refused.length} refused`);
    refused.forEach(assertLimited);
    assert.equal((await bob.rest("GET", "/api/users/me")).status, 200);
  });

  test("of new accounts from one address is refused, and from another one not", async () => {
    const join = (address, index) => request(server.url, "POST", "/api/auth/register", {
      body: { email: `many.${index}.${Date.now()}@example.com`, password: PASSWORD, name: "Many" }, ...from(address),
    });
    const answers = [];
    for (let index = 0; index < 21; index += 1) answers.push(await join("198.51.100.7", index));
    assert.deepEqual(answers.slice(0, 20).filter((one) => one.status !== 201), []);
    assertLimited(answers[20]);
    assert.equal((await join("198.51.100.8", 99)).status, 201);
  });

  test("of wrong passwords makes that address wait, and the owner elsewhere not", async () => {
    const ann = await register(server);
    const login = (password, address) => request(server.url, "POST", "/api/auth/login", {
      body: { email: ann.identifier, password }, ...from(address),
    });
    const answers = [];
    for (let turn = 0; turn < 8; turn += 1) answers.push(await login("wrong password", "198.51.100.20"));
    assert.ok(answers.slice(0, 3).every((one) => one.status === 401));
    const refused = answers.filter((one) => one.status === 429);
    assert.ok(refused.length > 0);
    refused.forEach(assertLimited);
    assertLimited(await login(PASSWORD, "198.51.100.20"));
    assert.equal((await login(PASSWORD, "198.51.100.21")).status, 200);
  });

  test("of sockets is refused at the eleventh of one person", async () => {
    const [ann, bob] = [await register(server), await register(server, "Bob")];
    const devices = await times(10, () => ann.device());
    await assert.rejects(ann.away().connect(), { message: "too_many_sockets" });
    await bob.device();
    devices[0].close();
    const free = async () => {
      for (const until = Date.now() + 5_000; ;) {
        try {
          return await ann.away().connect();
        } catch (error) {
          if (Date.now() > until) throw error;
        }
      }
    };
    await free();
  });

  test("of events of one socket is refused beyond a burst of a hundred, and others are served", async () => {
    const [ann, bob] = [await register(server), await register(server, "Bob")];
    const [device, other] = await Promise.all([ann.device(), bob.device()]);
    const callId = "00000000-0000-7000-8000-0000000000ff";
    const acks = await times(200, () => device.emit("call:get", { callId }));
    const limited = acks.filter((ack) => ack.error.code === "rate_limited");
    assert.ok(limited.length >= 20 && limited.length <= 100, `${limited.length} limited`);
    assert.ok(limited.every((ack) => ack.error.retryAfter >= 1));
    assertRefused(await other.emit("call:get", { callId }), "call_not_found");
  });

  test("of offers to one person is refused after five in ten seconds", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    const acks = await times(7, (index) => phone.emit("call:offer", { callId, targetUserId: bob.id, offer: offer(String(index)) }));
    assert.deepEqual(acks.map((ack) => ack.ok), [true, true, true, true, true, false, false]);
    assertRefused(acks[6], "rate_limited");
    await tablet.untilCount("call:offer", 5);
  });
});

test("an address in X-Forwarded-For counts only behind a trusted proxy", async (t) => {
  const { Server } = await import("./harness/server.mjs");
  const direct = await Server.start({ settings: { LIMITS: "default" } });
  t.after(() => direct.stop());
  const answers = [];
  for (let index = 0; index < 21; index += 1) {
    answers.push(await request(direct.url, "POST", "/api/auth/register", {
      body: { email: `spoof.${index}@example.com`, password: PASSWORD, name: "Spoof" }, ...from(`198.51.100.${index}`),
    }));
  }
  assert.equal(answers[20].status, 429, "a made-up address does not help");
});
