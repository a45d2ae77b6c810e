// Tokens: whose are taken, and what every other one gets.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { Device } from "./harness/device.mjs";
import { people, register, talking, PASSWORD } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { altered, claimsOf, jwt, seconds, unsigned } from "./harness/tokens.mjs";

/** Both doors refuse a token. */
async function refusedEverywhere(server, token, code = "unauthorized") {
  assertProblem(await request(server.url, "GET", "/api/users/me", { token }), 401, code);
  const device = new Device(server.url, { auth: { token } });
  await assert.rejects(device.connect(), { message: "unauthorized" });
}

describe("with embedded accounts", () => {
  const server = sharedServer();

  test("every wrong token is refused at both doors", async () => {
    const ann = await register(server);
    const bob = await register(server, "Bob");
    const broken = [
      "",
      "x",
      "a.b.c",
      ann.token.slice(0, -3),
      `${ann.token}A`,
      altered(ann.token, { sub: bob.id }),
      altered(ann.token, { exp: seconds(1e6) }),
      unsigned(ann.token),
      jwt("another-secret-of-32-bytes-at-least!", claimsOf(ann.token)),
      jwt("another-secret-of-32-bytes-at-least!", claimsOf(ann.token), { kid: "../../dev/null" }),
      bob.refreshToken,
      "x".repeat(9_000),
    ];
    for (const token of broken) await refusedEverywhere(server, token);
  });

  test("no token at all, and one of another kind of credential, is refused", async () => {
    const none = await request(server.url, "GET", "/api/users/me");
    assertProblem(none, 401, "unauthorized");
    assert.match(none.headers.get("www-authenticate") ?? "Bearer", /Bearer/);
    const basic = { headers: { authorization: "Basic YTpi" } };
    assertProblem(await request(server.url, "GET", "/api/users/me", basic), 401, "unauthorized");
    for (const auth of [undefined, {}, { token: 7 }, { token: null }]) {
      await assert.rejects(new Device(server.url, { auth }).connect(), { message: "unauthorized" });
    }
  });

  test("a token in the address is not taken", async () => {
    const ann = await register(server);
    for (const name of ["token", "access_token"]) {
      assertProblem(await request(server.url, "GET", `/api/users/me?${name}=${ann.token}`), 401, "unauthorized");
      const device = new Device(server.url, { options: { query: { [name]: ann.token } } });
      await assert.rejects(device.connect(), { message: "unauthorized" });
    }
  });

  test("a refresh token is good once; used again it closes the whole session", async () => {
    const ann = await register(server);
    const refresh = (refreshToken) => request(server.url, "POST", "/api/auth/refresh", { body: { refreshToken } });
    const first = await refresh(ann.refreshToken);
    assert.equal(first.status, 200);
    const second = await refresh(first.body.refreshToken);
    assert.equal(second.status, 200);
    const fresh = second.body.accessToken;
    assert.equal((await request(server.url, "GET", "/api/users/me", { token: fresh })).status, 200);
    const device = await new Device(server.url, { auth: { token: fresh } }).connect();
    assertProblem(await refresh(ann.refreshToken), 401, "invalid_refresh_token");
    assertProblem(await refresh(second.body.refreshToken), 401, "invalid_refresh_token");
    await device.until("(disconnect)");
    assertProblem(await request(server.url, "GET", "/api/users/me", { token: fresh }), 401, "unauthorized");
    assertProblem(await refresh("nonsense"), 401, "invalid_refresh_token");
  });

  test("two tabs that refresh at once both go on", async () => {
    const ann = await register(server);
    const refresh = () => request(server.url, "POST", "/api/auth/refresh", { body: { refreshToken: ann.refreshToken } });
    const both = await Promise.all([refresh(), refresh()]);
    assert.deepEqual(both.map((one) => one.status), [200, 200]);
    for (const { body } of both) {
      assert.equal((await request(server.url, "GET", "/api/users/me", { token: body.accessToken })).status, 200);
    }
  });

  test("login gives the same answer for a wrong password and an unknown account", async () => {
    const ann = await register(server);
    const login = (email, password) => request(server.url, "POST", "/api/auth/login", { body: { email, password } });
    const good = await login(ann.identifier.toUpperCase(), PASSWORD);
    assert.equal(good.status, 200, JSON.stringify(good.body));
    const wrong = await login(ann.identifier, `${PASSWORD}x`);
    const unknown = await login("nobody@example.com", PASSWORD);
    for (const one of [wrong, unknown]) assertProblem(one, 401, "invalid_credentials");
    const { requestId: _, ...a } = wrong.body;
    const { requestId: __, ...b } = unknown.body;
    assert.deepEqual(a, b);
  });

  test("after logout the refresh token is worth nothing", async () => {
    const ann = await register(server);
    const out = await ann.rest("POST", "/api/auth/logout", { body: { refreshToken: ann.refreshToken } });
    assert.ok(out.status < 300, JSON.stringify(out.body));
    const again = await request(server.url, "POST", "/api/auth/refresh", { body: { refreshToken: ann.refreshToken } });
    assertProblem(again, 401, "invalid_refresh_token");
  });

  test("registering says what is wrong with it, and an address is taken once", async () => {
    const join = (body) => request(server.url, "POST", "/api/auth/register", { body });
    const email = `taken.${Date.now()}@example.com`;
    const good = { email, password: PASSWORD, name: "Ann" };
    assert.equal((await join(good)).status, 201);
    assertProblem(await join({ ...good, email: email.toUpperCase() }), 409, "email_taken");
    for (const bad of [
      { ...good, email: "no address" },
      { ...good, email: `x${email}`, password: "short" },
      { ...good, email: `x${email}`, password: "password1" },
      { ...good, email: `x${email}`, name: "" },
      { ...good, email: `x${email}`, name: "\u202eevil" },
      { email },
    ]) {
      const refused = await join(bad);
      assertProblem(refused, 422, "invalid");
      assert.ok(refused.body.errors.length > 0);
    }
  });

  test("auth:refresh takes a newer token of the same user and of nobody else", async () => {
    const [ann, bob] = await people(server, "Ann", "Bob");
    const device = await ann.device();
    const fresh = await request(server.url, "POST", "/api/auth/refresh", { body: { refreshToken: ann.refreshToken } });
    const ack = await device.does("auth:refresh", { token: fresh.body.accessToken });
    assert.equal(ack.user.id, ann.id);
    assert.equal(Math.floor(Date.parse(ack.expiresAt) / 1_000), claimsOf(fresh.body.accessToken).exp);
    const foreign = await device.emit("auth:refresh", { token: bob.token });
    assert.equal(foreign.ok, false);
    assert.ok(["forbidden", "unauthorized"].includes(foreign.error.code), foreign.error.code);
    assertRefused(await device.emit("auth:refresh", { token: "nonsense" }), "unauthorized");
    await device.flush();
  });
});

describe("with the tokens of a host product", () => {
  const SECRET = "the-shared-secret-of-both-sides-0001";
  const ISSUER = "https://host.test";
  const server = sharedServer({
    settings: { JWT_SECRET: SECRET, JWT_ISSUER: ISSUER, JWT_AUDIENCE: "calls" },
  });
  const good = (change = {}) => ({
    iss: ISSUER, aud: "calls", sub: "ext-1", name: "Ann", email: "ann@host.test", exp: seconds(600), ...change,
  });
  const me = (token) => request(server.url, "GET", "/api/users/me", { token });

  test("a person appears from the claims, with the same id every time", async () => {
    const first = await me(jwt(SECRET, good()));
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.equal(first.body.user.name, "Ann");
    const second = await me(jwt(SECRET, good({ name: "Anna" })));
    assert.deepEqual([second.body.user.id, second.body.user.name], [first.body.user.id, "Anna"]);
    assert.notEqual((await me(jwt(SECRET, good({ sub: "ext-2" })))).body.user.id, first.body.user.id);
  });

  test("every wrong token is refused at both doors", async () => {
    const cases = [
      jwt("some-other-secret-that-is-long-enough", good()),
      jwt(SECRET, good({ iss: "https://evil.test" })),
      jwt(SECRET, good({ aud: "mail" })),
      jwt(SECRET, good({ sub: undefined })),
      jwt(SECRET, good({ sub: "" })),
      jwt(SECRET, good({ exp: undefined })),
      jwt(SECRET, good({ nbf: seconds(600) })),
      jwt(SECRET, good(), { alg: "HS384" }),
      altered(jwt(SECRET, good()), { sub: "ext-2" }),
      unsigned(jwt(SECRET, good())),
    ];
    for (const token of cases) await refusedEverywhere(server, token);
    await refusedEverywhere(server, jwt(SECRET, good({ exp: seconds(-60) })), "token_expired");
  });

  test("accounts are not made, logged in or refreshed here", async () => {
    const tries = {
      register: { email: "a@b.test", password: PASSWORD, name: "A" },
      login: { email: "a@b.test", password: PASSWORD },
      refresh: { refreshToken: "x" },
    };
    for (const [route, body] of Object.entries(tries)) {
      const answer = await request(server.url, "POST", `/api/auth/${route}`, { body });
      assert.ok([403, 404, 409].includes(answer.status), `${route} ${answer.status}`);
      assert.ok(answer.body.code, route);
    }
  });
});

describe("a token that expires during a connection", { concurrency: true }, () => {
  const SECRET = "the-shared-secret-of-both-sides-0002";
  const server = sharedServer({ settings: { JWT_SECRET: SECRET } });
  const token = (sub, life) => jwt(SECRET, { sub, name: sub, exp: seconds(life) });
  const connect = (sub, life) => new Device(server.url, { auth: { token: token(sub, life), deviceId: "d" } }).connect();

  test("is announced sixty seconds before", async () => {
    const device = await connect("soon", 55);
    const expiring = await device.until("auth:expiring");
    assert.ok(Math.abs(Date.parse(expiring.expiresAt) - Date.now() - 55_000) < 3_000, expiring.expiresAt);
    device.close();
  });

  test("ends the connection sixty seconds after its expiry", async () => {
    const since = performance.now();
    const device = await connect("late", -20);
    await device.until("(disconnect)", () => true, { within: 60_000 });
    const after = performance.now() - since;
    assert.ok(after > 36_000 && after < 50_000, `ended after ${after} ms`);
  });

  test("is replaced in time, and the connection stays", async () => {
    const device = await connect("early", -20);
    await device.until("auth:expiring");
    await device.does("auth:refresh", { token: token("early", 900) });
    const witness = await connect("witness", -20);
    await witness.until("(disconnect)", () => true, { within: 60_000 });
    await device.flush();
    assert.deepEqual(device.all("(disconnect)"), []);
    device.close();
  });

  test("is not announced long before", async () => {
    const device = await connect("calm", 900);
    await device.flush();
    assert.deepEqual(device.all("auth:expiring"), []);
    device.close();
  });
});

test("an altered token changes nothing in a call", async (t) => {
  const { Server } = await import("./harness/server.mjs");
  const server = await Server.start();
  t.after(() => server.stop());
  const { ann, bob, callId } = await talking(server);
  const before = await ann.call(callId);
  const forged = altered(bob.token, { sub: ann.id });
  assertProblem(await request(server.url, "POST", `/api/calls/${callId}/end`, { token: forged }), 401, "unauthorized");
  assert.deepEqual(await ann.call(callId), before);
});
