// What is remembered of calls: pages, filters, and the badge of missed calls.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertKeys } from "./harness/assertions.mjs";
import { couple, people, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

/** Several cancelled calls, oldest first. */
async function cancelled(ann, conversation, count) {
  const calls = [];
  for (let turn = 0; turn < count; turn += 1) {
    const { callId } = await ann.calls(conversation);
    await ann.does("POST", `/api/calls/${callId}/end`);
    calls.push(callId);
  }
  return calls;
}

/** All entries of a list, page by page. */
async function pages(person, path, limit) {
  const all = [];
  let cursor = "";
  do {
    const page = await person.does("GET", `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor}`);
    assert.ok(page.items.length <= limit);
    all.push(page.items.map((one) => one.id));
    cursor = page.nextCursor && `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor);
  return all;
}

describe("the history", { concurrency: true }, () => {
  test("of an answered call says how it went for each", async () => {
    const { ann, bob, phone, callId, conversation } = await talking(server, { type: "video" });
    await phone.does("call:end", { callId });
    for (const [person, direction] of [[ann, "outgoing"], [bob, "incoming"]]) {
      const [entry, ...more] = await person.history();
      assert.deepEqual(more, []);
      assertKeys(entry, ["topology", "quality", "recordingUrl", "screenUsed", "ownDuration"]);
      assert.deepEqual(
        [entry.id, entry.conversationId, entry.type, entry.direction, entry.outcome, entry.endReason, entry.endedBy, entry.videoUsed, entry.seenAt],
        [callId, conversation, "video", direction, "answered", "ended-by-user", ann.id, true, null],
      );
      assert.deepEqual(entry.participants.map((one) => [one.userId, one.outcome]), [[ann.id, "answered"], [bob.id, "answered"]]);
    }
  });

  test("comes in pages, newest first, without a gap or a double", async () => {
    const { ann, bob, conversation } = await couple(server);
    const calls = await cancelled(ann, conversation, 7);
    const newest = calls.toReversed();
    for (const person of [ann, bob]) {
      const all = await pages(person, "/api/calls", 3);
      assert.deepEqual(all.map((one) => one.length), [3, 3, 1]);
      assert.deepEqual(all.flat(), newest);
    }
    assert.deepEqual((await pages(bob, "/api/calls/missed", 2)).flat(), newest);
    const first = await ann.does("GET", "/api/calls?limit=3");
    await cancelled(ann, conversation, 1);
    const second = await ann.does("GET", `/api/calls?limit=3&cursor=${first.nextCursor}`);
    assert.deepEqual(second.items.map((one) => one.id), newest.slice(3, 6), "a new call does not shift the pages");
  });

  test("is filtered by conversation, type, outcome and time", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const [withBob, withCem] = [await ann.direct(bob), await ann.direct(cem)];
    const [one] = await cancelled(ann, withBob, 1);
    const { callId: two } = await ann.calls(withCem, { type: "video" });
    await cem.does("POST", `/api/calls/${two}/reject`);
    const ids = async (query) => (await ann.does("GET", `/api/calls?${query}`)).items.map((entry) => entry.id);
    assert.deepEqual(await ids(`conversationId=${withBob}`), [one]);
    assert.deepEqual(await ids("type=video"), [two]);
    assert.deepEqual(await ids("outcome=cancelled"), [one]);
    assert.deepEqual(await ids("outcome=declined"), [two]);
    assert.deepEqual(await ids(`from=${new Date(Date.now() + 60_000).toISOString()}`), []);
    assert.deepEqual(await ids(`to=${new Date(Date.now() + 60_000).toISOString()}`), [two, one]);
    assert.deepEqual(await ids(`conversationId=${withBob}&type=video`), []);
  });

  test("shows a running call as active and not as history", async () => {
    const { ann, callId } = await talking(server);
    assert.deepEqual(await ann.history(), []);
    assert.deepEqual((await ann.does("GET", "/api/calls/active")).items.map((one) => one.id), [callId]);
  });

  test("keeps what the caller attached", async () => {
    const { ann, bob, conversation } = await couple(server);
    const metadata = { subject: "Zahnarzt ✓", list: [1, null, { a: false }] };
    const callee = await bob.device();
    const { callId } = await ann.calls(conversation, { metadata });
    assert.deepEqual((await callee.until("call:incoming", callId)).metadata, metadata);
    assert.deepEqual((await bob.call(callId)).metadata, metadata);
    await ann.does("POST", `/api/calls/${callId}/end`);
    assert.deepEqual((await bob.history())[0].metadata, metadata);
  });

  test("of a direct conversation outlives nobody's blocks and shows names", async () => {
    const { ann, bob, conversation } = await couple(server);
    await cancelled(ann, conversation, 1);
    const [entry] = await bob.history();
    assert.deepEqual(entry.participants.map((one) => one.userName), ["Ann", "Bob"]);
  });
});

describe("the badge of missed calls", { concurrency: true }, () => {
  test("counts what was not seen, and is cleared one by one or as a whole", async () => {
    const { ann, bob, conversation } = await couple(server);
    const calls = await cancelled(ann, conversation, 3);
    const badge = async () => (await (await bob.device()).until("call:missed-unseen")).count;
    assert.equal(await badge(), 3);
    assert.deepEqual(await bob.does("POST", "/api/calls/missed/seen", { callIds: [calls[0]] }), { marked: 1 });
    assert.equal(await badge(), 2);
    assert.ok((await bob.missed()).at(-1).seenAt);
    assert.deepEqual(await bob.does("POST", "/api/calls/missed/seen"), { marked: 2 });
    assert.deepEqual(await bob.does("POST", "/api/calls/missed/seen"), { marked: 0 });
    const device = await bob.device();
    await device.flush();
    assert.deepEqual(device.all("call:missed-unseen"), []);
  });

  test("follows on every connected device: a call more, and none when they were seen", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [one, other] = [await bob.device("one"), await bob.device("other")];
    const [callId] = await cancelled(ann, conversation, 1);
    for (const device of [one, other]) {
      const { count, items } = await device.until("call:missed-unseen", (event) => event.count === 1);
      assert.equal(count, 1);
      assert.deepEqual(items.map((item) => item.id), [callId]);
    }
    await bob.does("POST", "/api/calls/missed/seen");
    for (const device of [one, other]) await device.until("call:missed-unseen", (event) => event.count === 0);
  });

  test("of others cannot be cleared", async () => {
    const { ann, bob, conversation } = await couple(server);
    const calls = await cancelled(ann, conversation, 1);
    assert.deepEqual(await ann.does("POST", "/api/calls/missed/seen", { callIds: calls }), { marked: 0 });
    assert.equal((await bob.missed())[0].seenAt, null);
  });
});
