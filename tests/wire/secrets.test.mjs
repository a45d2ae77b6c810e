// What is written down: no secret in the log, and nothing readable for others on disk.

import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { answer, candidate, offer } from "./harness/media.mjs";
import { PASSWORD, talking } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { Server } from "./harness/server.mjs";

const SECRET = "a-turn-secret-of-this-test-only-0123";

for (const filter of ["info", "debug", "trace"]) {
  describe(`the log at ${filter}`, () => {
    test("holds no token, password, description, candidate, credential or name", async (t) => {
      const server = await Server.start({
        settings: { LOG_FILTER: filter }, env: { TURN_SERVER_HOST: "turn.test", TURN_SECRET: SECRET },
      });
      t.after(() => server.stop());
      const { ann, bob, phone, tablet, callId, accepted } = await talking(server);
      const metadata = "the-subject-of-the-call";
      await phone.does("call:offer", { callId, targetUserId: bob.id, offer: offer("the-session-name") });
      await tablet.does("call:answer", { callId, targetUserId: ann.id, answer: answer("the-session-name") });
      await phone.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(77) });
      const { credentials } = (await phone.does("call:turn-credentials", { callId }));
      await request(server.url, "POST", "/api/auth/login", { body: { email: ann.identifier, password: `${PASSWORD}-wrong` } });
      await request(server.url, "GET", "/api/users/me?search=the-text-of-a-query", { token: `${ann.token}x` });
      await ann.rest("GET", `/api/users?search=${encodeURIComponent(bob.identifier)}`);
      tablet.drop();
      const back = await bob.device(tablet.name);
      await back.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: 1 });
      phone.send("call:offer", { callId, targetUserId: bob.id, offer: { type: "offer", sdp: "the-broken-description" } });
      await phone.until("call:error");
      await phone.does("call:end", { callId });
      await ann.rest("POST", "/api/calls/initiate", { body: { conversationId: "x", metadata } });
      await server.terminate();
      const { log } = server;
      assert.ok(log.length > 0, "there is a log");
      const signature = (token) => token.split(".").at(-1);
      for (const [what, secret] of Object.entries({
        "access token": signature(ann.token),
        "refresh token": ann.refreshToken,
        "resume token": signature(accepted.resumeToken),
        password: PASSWORD,
        description: "the-session-name",
        "broken description": "the-broken-description",
        candidate: "192.0.2.77",
        "turn secret": SECRET,
        "turn credential": credentials.credential,
        metadata,
        query: "the-text-of-a-query",
        "e-mail address": ann.identifier,
        "e-mail address in a query": encodeURIComponent(bob.identifier),
      })) {
        const line = log.split("\n").find((one) => one.includes(secret));
        assert.equal(line, undefined, `${what} in the log`);
      }
    });
  });
}

test("the data folder and what is in it is for its owner alone", async (t) => {
  const server = await Server.start();
  t.after(() => server.stop());
  for (const name of await readdir(server.folder)) {
    const { mode } = await stat(join(server.folder, name));
    if (name.includes("secret")) assert.equal(mode & 0o077, 0, `${name} ${(mode & 0o777).toString(8)}`);
  }
  assert.equal((await stat(server.folder)).mode & 0o077, 0);
});
