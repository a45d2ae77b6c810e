// The life of a call is the same on SQLite and on PostgreSQL.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertGapless } from "./harness/assertions.mjs";
import { candidate, offer } from "./harness/media.mjs";
import { couple, hangUpAll, talking } from "./harness/people.mjs";
import { cluster, whyNot } from "./harness/postgres.mjs";
import { Server } from "./harness/server.mjs";

function lifecycle(name, { skip, database }) {
  describe(`on ${name}`, { skip }, () => {
    /** @type {Server} */
    let server;
    let running;
    before(async () => {
      running = await database?.();
      server = await Server.start({ settings: { RING_SECONDS: 5 }, databaseUrl: running?.url });
    });
    after(async () => {
      hangUpAll();
      await server?.stop();
      await running?.stop();
    });

    test("a call rings, is answered, negotiated, muted, ended and remembered", async () => {
      const { ann, bob, conversation } = await couple(server);
      const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
      const { callId } = await caller.does("call:initiate", { conversationId: conversation, metadata: { subject: "ä" } });
      await callee.until("call:incoming", callId);
      await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
      await callee.does("call:accept", { callId });
      await callee.until("call:offer", callId);
      await caller.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate() });
      await callee.does("call:media", { callId, audioEnabled: false });
      await callee.does("call:quality", { callId, grade: "fair", cause: "rtt", stats: { rttMs: 150 } });
      await caller.until("call:quality", callId);
      await caller.does("call:end", { callId });
      const ended = await callee.until("call:ended", callId);
      assertGapless(callee, callId, ended.seq);
      const [entry] = await bob.history();
      assert.deepEqual([entry.id, entry.outcome, entry.metadata], [callId, "answered", { subject: "ä" }]);
      const log = await ann.does("GET", `/api/calls/${callId}/events`);
      assert.deepEqual(log.events.map((one) => one.seq), Array.from({ length: ended.seq }, (_, index) => index + 1));
    });

    test("two devices that answer at once, and glare, have one winner", async () => {
      const { ann, bob, conversation } = await couple(server);
      const [caller, first, second] = await Promise.all([ann.device(), bob.device("first"), bob.device("second")]);
      for (let turn = 0; turn < 30; turn += 1) {
        const { callId } = await caller.does("call:initiate", { conversationId: conversation });
        const acks = await Promise.all([first, second].map((device) => device.emit("call:accept", { callId })));
        assert.deepEqual(acks.map((ack) => ack.error?.code ?? "ok").sort(), ["answered_elsewhere", "ok"]);
        await caller.does("call:end", { callId });
        const both = await Promise.all([caller, first].map((device) => device.does("call:initiate", { conversationId: conversation })));
        assert.equal(both[0].callId, both[1].callId);
        await caller.does("call:end", { callId: both[0].callId });
      }
      assert.equal((await ann.does("GET", "/api/calls?limit=100")).items.length, 60);
    });

    test("a call that nobody answers is missed", async () => {
      const { ann, bob, conversation } = await couple(server);
      const caller = await ann.device();
      const { callId } = await caller.does("call:initiate", { conversationId: conversation });
      assert.equal((await caller.until("call:ended", callId, { within: 12_000 })).status, "missed");
      assert.equal((await bob.missed())[0].id, callId);
    });

    test("conversations, pages, filters and the badge are the same", async () => {
      const { ann, bob, conversation } = await couple(server);
      assert.equal(await bob.direct(ann), conversation);
      for (let turn = 0; turn < 3; turn += 1) {
        const { callId } = await ann.calls(conversation, { type: turn === 1 ? "video" : "audio" });
        await ann.does("POST", `/api/calls/${callId}/end`);
      }
      const page = await bob.does("GET", "/api/calls?limit=2");
      const rest = await bob.does("GET", `/api/calls?limit=2&cursor=${page.nextCursor}`);
      assert.deepEqual([page.items.length, rest.items.length, rest.nextCursor], [2, 1, null]);
      assert.equal((await bob.does("GET", "/api/calls?type=video")).items.length, 1);
      assert.deepEqual(await bob.does("POST", "/api/calls/missed/seen"), { marked: 3 });
    });

    test("a crash in an active call loses nothing", async () => {
      const { ann, phone, tablet, bob, callId, begun, accepted } = await talking(server);
      await server.crash();
      const [a, b] = await Promise.all([ann.device(phone.name), bob.device(tablet.name)]);
      await a.does("call:resume", { callId, resumeToken: begun.resumeToken, lastSeq: 1 });
      const back = await b.does("call:resume", { callId, resumeToken: accepted.resumeToken, lastSeq: 1 });
      assert.deepEqual(back.events.map((one) => one.seq), back.events.map((_, index) => index + 2));
      await a.does("call:end", { callId });
      assert.equal((await ann.history())[0].id, callId);
    });
  });
}

const skip = await whyNot();
lifecycle("SQLite", {});
lifecycle("PostgreSQL", { skip, database: cluster });
