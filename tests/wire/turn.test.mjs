// Our own TURN server: what browsers are told, who may relay, and for how long.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { couple, people, register } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { TurnClient, place } from "./harness/turn.mjs";

const server = sharedServer({ settings: { TURN_EMBEDDED: "on", TURN_LISTEN: "127.0.0.1:0", LIMITS: "default" } });

/** An allocation that was let go must be gone within this, in milliseconds. */
const GONE_WITHIN = 5_000;

async function credentials(person, callId) {
  const query = callId ? `?callId=${callId}` : "";
  return (await person.does("GET", `/api/calls/turn-credentials${query}`)).credentials;
}

function client(t, urls, transport, credential) {
  const found = new TurnClient(urls.find((url) => place(url).transport === transport), credential);
  t.after(() => found.close());
  return found;
}

async function allocation(t, person, callId, transport = "udp") {
  const given = await credentials(person, callId);
  const turn = client(t, given.urls, transport, given);
  const answer = await turn.allocate();
  return { turn, answer };
}

/** Refreshes until the server says that there is no such allocation. */
async function goes(turn) {
  const until = Date.now() + GONE_WITHIN;
  for (;;) {
    const { code } = await turn.refresh();
    if (code === 437) return;
    assert.equal(code, 200);
    assert.ok(Date.now() < until, `the allocation is still there after ${GONE_WITHIN} ms`);
  }
}

describe("what browsers are told", () => {
  test("the server's own urls, and its STUN address", async (t) => {
    const ann = await register(server);
    const config = await ann.does("GET", "/api/calls/config");
    assert.equal(config.features.turn, true);
    const { urls } = await credentials(ann);
    assert.deepEqual(urls.map((url) => [url.split(":")[0], place(url).host, place(url).transport]), [
      ["turn", "127.0.0.1", "udp"],
      ["turn", "127.0.0.1", "tcp"],
    ]);
    assert.deepEqual(config.ice.stunUrls, [`stun:127.0.0.1:${place(urls[0]).port}`]);
    for (const transport of ["udp", "tcp"]) {
      const { code, mapped } = await client(t, urls, transport).binding();
      assert.deepEqual([code, mapped.address], [200, "127.0.0.1"]);
    }
  });
});

describe("credentials of a call", () => {
  test("relay while it rings and runs, and no longer than a few seconds after its end", async (t) => {
    const { ann, bob, conversation } = await couple(server);
    const [, phone] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await ann.calls(conversation);
    const ringing = await allocation(t, bob, callId);
    assert.equal(ringing.answer.code, 200);
    await phone.does("call:accept", { callId });
    const udp = await allocation(t, ann, callId);
    const tcp = await allocation(t, ann, callId, "tcp");
    assert.deepEqual([udp.answer.code, tcp.answer.code], [200, 200]);
    assert.equal((await udp.turn.permit(ringing.answer.relayed)).code, 200);

    await phone.does("call:end", { callId });
    await Promise.all([goes(udp.turn), goes(ringing.turn), tcp.turn.closed]);
    const refused = await ann.rest("GET", `/api/calls/turn-credentials?callId=${callId}`);
    assert.deepEqual([refused.status, refused.body.code], [409, "call_ended"]);
  });

  test("are worth nothing once the call is over", async (t) => {
    const { ann, bob, conversation } = await couple(server);
    await Promise.all([ann.device(), bob.device()]);
    const { callId } = await ann.calls(conversation);
    const given = await credentials(ann, callId);
    await ann.does("POST", `/api/calls/${callId}/end`);
    const { code } = await client(t, given.urls, "udp", given).allocate();
    assert.notEqual(code, 200);
  });

  test("relay nothing for those who left, and again for those who come back", async (t) => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const devices = await Promise.all([ann.device(), bob.device(), cem.device()]);
    const { callId } = await ann.calls(conversation);
    for (const device of devices.slice(1)) await device.does("call:accept", { callId });
    const { turn, answer } = await allocation(t, cem, callId);
    assert.equal(answer.code, 200);

    await devices[2].does("call:leave", { callId });
    await goes(turn);
    assert.equal((await allocation(t, cem, callId)).answer.code, 403);
    await devices[2].does("call:join", { callId });
    assert.equal((await allocation(t, cem, callId)).answer.code, 200);

    await devices[0].does("call:remove", { callId, userId: cem.id });
    const removed = await cem.rest("GET", `/api/calls/turn-credentials?callId=${callId}`);
    assert.deepEqual([removed.status, removed.body.code], [403, "removed"]);
  });
});

describe("credentials without a call", () => {
  test("relay for a test before joining", async (t) => {
    const { answer } = await allocation(t, await register(server));
    assert.equal(answer.code, 200);
    assert.equal(answer.relayed.address, "127.0.0.1");
  });

  test("of another server, altered, or made up, do not", async (t) => {
    const given = await credentials(await register(server));
    const wrong = [
      { ...given, credential: Buffer.alloc(20, 7).toString("base64") },
      { ...given, username: given.username.replace(/^\d+/, (expiry) => String(Number(expiry) + 1)) },
      { ...given, username: "ann" },
    ];
    for (const one of wrong) {
      assert.equal((await client(t, given.urls, "udp", one).allocate()).code, 401, one.username);
    }
  });
});

test("the machine itself, private networks and low ports are not relayed to", async (t) => {
  const { turn } = await allocation(t, await register(server));
  const { port } = new URL(server.url);
  const peers = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"];
  for (const address of peers) {
    const { code } = await turn.permit({ address, port: Number(port) });
    assert.equal(code, 403, address);
  }
});

test("the way of the media is kept with the call", async () => {
  const { ann, bob, conversation } = await couple(server);
  const [laptop, phone] = await Promise.all([ann.device(), bob.device()]);
  const { callId } = await laptop.does("call:initiate", { conversationId: conversation });
  await phone.does("call:accept", { callId });
  const path = { kind: "relay", protocol: "tls" };
  await laptop.does("call:quality", { callId, grade: "good", path: { kind: "direct", protocol: "udp" } });
  await phone.does("call:quality", { callId, grade: "good", path });
  const parts = (await ann.call(callId)).participants.map((one) => one.path);
  assert.deepEqual(parts, [{ kind: "direct", protocol: "udp" }, path]);
  const odd = await phone.emit("call:quality", { callId, grade: "good", path: { kind: "tunnel", protocol: "udp" } });
  assert.equal(odd.error.code, "invalid");
});
