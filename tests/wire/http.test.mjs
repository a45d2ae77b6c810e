// The HTTP side: security headers, other origins, health, the document of the API.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import WebSocket from "ws";
import { assertProblem } from "./harness/assertions.mjs";
import { register } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const FRIEND = "https://app.example.com";
const STRANGER = "https://evil.example";
const server = sharedServer({ settings: { ALLOWED_ORIGINS: FRIEND } });

describe("every answer of the API", () => {
  test("has the security headers, also a refusal and an unknown route", async () => {
    const ann = await register(server);
    for (const answer of [
      await ann.rest("GET", "/api/users/me"),
      await request(server.url, "GET", "/api/users/me"),
      await request(server.url, "GET", "/api/nothing"),
    ]) {
      const header = (name) => answer.headers.get(name);
      assert.equal(header("x-content-type-options"), "nosniff");
      assert.equal(header("referrer-policy"), "no-referrer");
      assert.match(header("cache-control"), /no-store/);
      assert.equal(header("cross-origin-opener-policy"), "same-origin");
      assert.ok(header("cross-origin-resource-policy"));
      assert.equal(header("server"), null);
      assert.equal(header("x-powered-by"), null);
      assert.equal(header("strict-transport-security"), null, "plain HTTP promises no TLS");
      assert.ok(header("x-request-id"));
      assert.equal(header("set-cookie"), null);
    }
  });

  test("is allowed to configured origins and to no other", async () => {
    const preflight = (origin) => request(server.url, "OPTIONS", "/api/calls/initiate", {
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-device-id,idempotency-key",
      },
    });
    const allowed = await preflight(FRIEND);
    assert.ok(allowed.status < 300, String(allowed.status));
    assert.equal(allowed.headers.get("access-control-allow-origin"), FRIEND);
    assert.match(allowed.headers.get("access-control-allow-methods"), /POST/);
    for (const name of ["authorization", "content-type", "x-device-id", "idempotency-key"]) {
      assert.match(allowed.headers.get("access-control-allow-headers").toLowerCase(), new RegExp(name));
    }
    assert.equal(allowed.headers.get("access-control-allow-credentials"), null);
    assert.match(allowed.headers.get("vary") ?? "", /origin/i);
    for (const origin of [STRANGER, `${FRIEND}.evil.example`, "null", "https://app.example.com:444"]) {
      assert.equal((await preflight(origin)).headers.get("access-control-allow-origin"), null, origin);
      const simple = await request(server.url, "GET", "/api/users/me", { headers: { origin } });
      assert.equal(simple.headers.get("access-control-allow-origin"), null, origin);
    }
    const simple = await request(server.url, "GET", "/api/users/me", { headers: { origin: FRIEND } });
    assert.equal(simple.headers.get("access-control-allow-origin"), FRIEND, "a refusal is readable too");
  });
});

describe("the socket", () => {
  const upgrade = (origin) => new Promise((resolve) => {
    const url = `${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, origin ? { headers: { origin } } : {});
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode));
    socket.on("error", () => resolve(0));
  });
  const poll = async (origin) => (await request(server.url, "GET", "/socket.io/?EIO=4&transport=polling", { headers: { origin } }));

  test("is refused to an unknown origin before the upgrade", async () => {
    for (const origin of [STRANGER, "null", `${FRIEND}.evil.example`]) {
      assert.equal(await upgrade(origin), 403, origin);
      assert.equal((await poll(origin)).status, 403, origin);
    }
  });

  test("is open to a configured origin, to our own, and to clients that are no page", async () => {
    assert.equal(await upgrade(FRIEND), 101);
    assert.equal(await upgrade(server.url), 101);
    assert.equal(await upgrade(undefined), 101);
    const polled = await poll(FRIEND);
    assert.equal(polled.status, 200);
    assert.equal(polled.headers.get("access-control-allow-origin"), FRIEND);
  });

  test("announces the heartbeat and the largest payload", async () => {
    const { body } = await request(server.url, "GET", "/socket.io/?EIO=4&transport=polling");
    const opened = JSON.parse(body.slice(1));
    assert.deepEqual([opened.pingInterval, opened.pingTimeout, opened.maxPayload], [10_000, 8_000, 256 * 1024]);
  });

  test("speaks no older protocol", async () => {
    for (const version of ["3", "2", "x"]) {
      const { status } = await request(server.url, "GET", `/socket.io/?EIO=${version}&transport=polling`);
      assert.equal(status, 400, version);
    }
  });
});

describe("the web app", () => {
  test("is at every path that is not the API's, with a policy of its own", async () => {
    for (const path of ["/", "/history"]) {
      const answer = await request(server.url, "GET", path);
      assert.ok([200, 503].includes(answer.status), "built, or not yet");
      assert.match(answer.headers.get("content-type"), /^text\//);
      assert.match(answer.headers.get("content-security-policy"), /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval';/);
      assert.match(answer.headers.get("permissions-policy"), /^camera=\(self\), microphone=\(self\), display-capture=\(self\),/);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.equal(answer.headers.get("strict-transport-security"), null, "plain HTTP promises no TLS");
    }
    assert.equal((await request(server.url, "GET", "/assets/missing.js")).status, 404);
  });

  test("leaves unknown paths of the API to the API", async () => {
    for (const path of ["/api", "/api/", "/api/nothing", "/api/nothing.js", "/healthz/", "/healthz/x", "/readyz/x"]) {
      assertProblem(await request(server.url, "GET", path), 404, "not_found");
    }
    assertProblem(await request(server.url, "POST", "/healthz", { body: {} }), 405, "method_not_allowed");
  });
});

describe("the server", () => {
  test("tells that it lives and that it can serve, to anybody", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      assert.equal((await request(server.url, "GET", path)).status, 200, path);
    }
  });

  test("hands out the committed document of its API", async () => {
    const file = new URL("../../spec/openapi.json", import.meta.url);
    const { status, body } = await request(server.url, "GET", "/api/openapi.json");
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(await readFile(file, "utf8")));
  });

  test("tells a client what it needs before the first call", async () => {
    const ann = await register(server);
    const config = await ann.does("GET", "/api/calls/config");
    assert.deepEqual([config.protocol, config.identity, config.registration], [1, "embedded", "open"]);
    assert.deepEqual(
      [config.times.ringMs, config.times.resumeWindowMs, config.times.restartWindowMs, config.limits.maxRinging, config.limits.maxHeldCandidates],
      [45_000, 30_000, 60_000, 10, 64],
    );
    assert.deepEqual([config.features.turn, config.features.sfu], [false, false]);
  });

  test("says that it has no TURN server", async () => {
    const ann = await register(server);
    const answer = await ann.rest("GET", "/api/calls/turn-credentials");
    assert.deepEqual([answer.status, answer.body.code], [503, "turn_not_configured"]);
  });
});
