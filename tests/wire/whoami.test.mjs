// auth:whoami: a client with nothing but a socket learns who it is and how the server is set up.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertRefused, TIME, UUID } from "./harness/assertions.mjs";
import { Device } from "./harness/device.mjs";
import { register } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { jwt, seconds } from "./harness/tokens.mjs";

/** What REST tells anybody, without its clock. */
async function configOf(server) {
  const { status, body } = await request(server.url, "GET", "/api/calls/config");
  assert.equal(status, 200);
  const { serverTime, ...config } = body;
  assert.match(serverTime, TIME);
  return config;
}

describe("with embedded accounts", () => {
  const turn = { TURN_SERVER_HOST: "turn.test", TURN_SECRET: "a-turn-secret-of-this-test-only-0123" };
  const server = sharedServer({ settings: { RING_SECONDS: 30 }, env: turn });

  test("a socket learns its user, its device, and all that the REST configuration says", async () => {
    const ann = await register(server);
    const device = await ann.device("tab-1");
    const { ok, user, deviceId, serverTime, config, ...more } = await device.does("auth:whoami", {});
    assert.deepEqual([ok, more], [true, {}]);
    assert.deepEqual(user, { id: ann.id, identifier: ann.identifier, name: "Ann" });
    assert.equal(deviceId, "tab-1");
    const { serverTime: alsoNow, ...said } = config;
    assert.deepEqual(said, await configOf(server));
    assert.equal(alsoNow, serverTime);
    assert.ok(Math.abs(Date.parse(serverTime) - Date.now()) < 5_000, serverTime);
    assert.deepEqual([said.times.ringMs, said.features.turn, said.ice.stunUrls], [30_000, true, ["stun:turn.test:3478"]]);
  });

  test("the device of a socket that named none is left out", async () => {
    const device = await (await register(server)).device(null);
    assert.equal("deviceId" in (await device.does("auth:whoami", {})), false);
  });

  test("it needs no payload and no call, and ignores fields it does not know", async () => {
    const ann = await register(server);
    const device = await ann.device();
    const bare = await device.socket.timeout(8_000).emitWithAck("auth:whoami");
    assert.equal(bare.user.id, ann.id);
    assert.equal((await device.does("auth:whoami", { userId: "x", later: 1 })).user.id, ann.id);
    assertRefused(await device.emit("auth:whoami", [1]), "invalid");
  });

  test("a changed name is told as it is now", async () => {
    const ann = await register(server);
    const device = await ann.device();
    await ann.does("PATCH", "/api/users/me", { name: "Anna" });
    assert.equal((await device.does("auth:whoami", {})).user.name, "Anna");
  });
});

test("with the tokens of a host product a socket learns its id and what the token calls it", async (t) => {
  const secret = "the-shared-secret-of-both-sides-0003";
  const { Server } = await import("./harness/server.mjs");
  const server = await Server.start({ settings: { JWT_SECRET: secret } });
  t.after(() => server.stop());
  const claims = (name) => jwt(secret, { sub: "ext-7", name, email: "ann@host.test", exp: seconds(600) });
  const device = await new Device(server.url, { auth: { token: claims("Ann"), deviceId: "d" } }).connect();
  t.after(() => device.close());
  const { user, deviceId, config } = await device.does("auth:whoami", {});
  assert.match(user.id, UUID);
  assert.equal(user.name, "Ann");
  const me = await request(server.url, "GET", "/api/users/me", { token: claims("Ann") });
  assert.deepEqual(user, me.body.user);
  assert.equal(deviceId, "d");
  assert.deepEqual([config.identity, config.registration], ["host", "closed"]);
  // A newer token changed the name elsewhere; this socket's older token does not undo it.
  assert.equal((await request(server.url, "GET", "/api/users/me", { token: claims("Anna") })).body.user.name, "Anna");
  assert.equal((await device.does("auth:whoami", {})).user.name, "Anna");
  assert.equal((await request(server.url, "GET", "/api/users/me", { token: claims("Anna") })).body.user.name, "Anna");
});
