// Offers, answers and candidates: in order, to whom they belong, and to nobody before the accept.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertRefused } from "./harness/assertions.mjs";
import { answer, candidate, offer } from "./harness/media.mjs";
import { couple, meeting, people, register, talking } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer({ settings: { LIMITS: "default", TRUSTED_PROXIES: "127.0.0.1/32" } });
const numbers = (device) =>
  device.all("call:ice-candidate").map((one) => Number(/candidate:(\d+)/.exec(one.candidate.candidate)[1]));
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

describe("a burst of sixty candidates under the usual limits", () => {
  test("arrives in order", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    const acks = await Promise.all(upTo(60).map((number) =>
      phone.emit("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(number) })));
    assert.deepEqual(acks.filter((ack) => !ack.ok), []);
    await tablet.untilCount("call:ice-candidate", 60);
    assert.deepEqual(numbers(tablet), upTo(60));
  });

  test("without acknowledgements, in both directions at once, arrives in order", async () => {
    const { ann, bob, phone, tablet, callId } = await talking(server);
    for (const number of upTo(60)) {
      phone.send("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(number) });
      tablet.send("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(number) });
    }
    await Promise.all([phone, tablet].map((device) => device.untilCount("call:ice-candidate", 60)));
    assert.deepEqual([numbers(phone), numbers(tablet)], [upTo(60), upTo(60)]);
  });

  test("before the accept is held with its offer and delivered in order after it", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await callee.until("call:incoming", callId);
    assert.deepEqual(await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() }), { ok: true, held: true });
    const acks = await Promise.all(upTo(60).map((number) =>
      caller.emit("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(number) })));
    assert.ok(acks.every((ack) => ack.ok && ack.held), JSON.stringify(acks.find((ack) => !ack.held)));
    await callee.flush();
    assert.deepEqual(callee.story(callId), ["call:incoming", "call:ringing"]);
    await callee.does("call:accept", { callId });
    await callee.untilCount("call:ice-candidate", 60);
    assert.deepEqual(numbers(callee), upTo(60));
    const story = callee.story(callId);
    assert.ok(story.indexOf("call:accepted") < story.indexOf("call:offer"));
    assert.ok(story.indexOf("call:offer") < story.indexOf("call:ice-candidate"));
  });
});

describe("before the accept", { concurrency: true }, () => {
  test("no device of a callee gets a description or a candidate, whatever the caller sends", async () => {
    const [ann, bob, cem] = await people(server, "Ann", "Bob", "Cem");
    const conversation = await ann.group(bob, cem);
    const [caller, phone, tablet, other] = await Promise.all([ann.device(), bob.device("phone"), bob.device("tablet"), cem.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    for (const target of [bob, cem]) {
      for (const extra of [{}, { targetDeviceId: "phone" }]) {
        await caller.emit("call:answer", { callId, targetUserId: target.id, answer: answer(), ...extra });
        await caller.emit("call:offer", { callId, targetUserId: target.id, offer: offer(), ...extra });
        await caller.emit("call:ice-candidate", { callId, targetUserId: target.id, candidate: candidate(), ...extra });
        await caller.emit("call:ice-candidate", { callId, targetUserId: target.id, candidate: null, ...extra });
      }
    }
    for (const device of [phone, tablet, other]) {
      await device.flush();
      assert.ok(!JSON.stringify(device.heard).includes("v=0"), "no description");
      assert.ok(!JSON.stringify(device.heard).includes("candidate:"), "no candidate");
    }
    await phone.does("call:accept", { callId });
    await phone.until("call:offer", callId);
    for (const device of [tablet, other]) {
      await device.flush();
      assert.deepEqual(device.all("call:offer"), [], "nor afterwards any device but the accepting one");
      assert.deepEqual(device.all("call:ice-candidate"), []);
    }
  });

  test("a new offer replaces the one that waits", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer("old") });
    await caller.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(1) });
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer("new") });
    await caller.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(2) });
    await callee.does("call:accept", { callId });
    await callee.until("call:ice-candidate", callId);
    await callee.flush();
    assert.deepEqual(callee.all("call:offer").map((one) => one.offer), [offer("new")]);
    assert.deepEqual(numbers(callee), [2]);
  });

  test("an answer that nobody asked for does not push out the offer that waits", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    await caller.emit("call:answer", { callId, targetUserId: bob.id, answer: answer() });
    await callee.does("call:accept", { callId });
    await callee.until("call:offer", callId);
  });

  test("the sixty-fifth candidate is refused", async () => {
    const { ann, bob, conversation } = await couple(server);
    const caller = await ann.device();
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    const acks = await Promise.all(upTo(65).map((number) =>
      caller.emit("call:ice-candidate", { callId, targetUserId: bob.id, candidate: candidate(number) })));
    assert.equal(acks.filter((ack) => ack.ok).length, 64);
    assertRefused(acks[64], "rate_limited");
  });

  test("a callee cannot signal, and reads no candidate from the log", async () => {
    const { ann, bob, conversation } = await couple(server);
    const [caller, callee] = await Promise.all([ann.device(), bob.device()]);
    const { callId } = await caller.does("call:initiate", { conversationId: conversation });
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    assertRefused(await callee.emit("call:answer", { callId, targetUserId: ann.id, answer: answer() }), "not_joined");
    const log = await bob.does("GET", `/api/calls/${callId}/events`);
    assert.ok(!JSON.stringify(log).includes("v=0"));
  });
});

describe("a signal", { concurrency: true }, () => {
  test("carries the sender of the connection, whatever the payload says", async () => {
    const { ann, bob, phone, tablet, callId } = await talking(server);
    await phone.does("call:offer", { callId, targetUserId: bob.id, offer: offer(), fromUserId: bob.id, fromDeviceId: "forged" });
    const heard = await tablet.until("call:offer", callId);
    assert.deepEqual([heard.fromUserId, heard.fromDeviceId], [ann.id, phone.name]);
  });

  test("is written anew: what does not belong to it does not pass", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    const more = { evil: "<script>", constructor: { polluted: 1 } };
    await phone.does("call:offer", { callId, targetUserId: bob.id, offer: { ...offer(), ...more }, ...more });
    await phone.does("call:ice-candidate", { callId, targetUserId: bob.id, candidate: { ...candidate(), ...more } });
    const heard = await tablet.until("call:ice-candidate", callId);
    assert.deepEqual(Object.keys(heard).sort(), ["callId", "candidate", "fromDeviceId", "fromUserId"]);
    assert.deepEqual(heard.candidate, candidate());
    assert.deepEqual((await tablet.until("call:offer", callId)).offer, offer());
  });

  test("goes to its target alone in a group", async () => {
    const { everybody, devices, callId } = await meeting(server, "Ann", "Bob", "Cem");
    await devices[0].does("call:offer", { callId, targetUserId: everybody[1].id, offer: offer() });
    await devices[1].until("call:offer", callId);
    await devices[2].flush();
    assert.deepEqual(devices[2].all("call:offer"), []);
  });

  test("carries its negotiation number to the other side", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    await phone.does("call:offer", { callId, targetUserId: bob.id, offer: offer(), negotiationId: 7 });
    assert.equal((await tablet.until("call:offer", callId)).negotiationId, 7);
  });

  test("to oneself, to a stranger, to who left and to the media server is refused", async () => {
    const { everybody: [ann, bob], devices: [a, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const out = await register(server, "Out");
    const send = (targetUserId) => a.emit("call:offer", { callId, targetUserId, offer: offer() });
    assertRefused(await send(ann.id), "target_not_in_call");
    assertRefused(await send(out.id), "target_not_in_call");
    await b.does("call:leave", { callId });
    assertRefused(await send(bob.id), "target_gone");
    assertRefused(await send("sfu"), "topology_mesh");
  });
});

describe("outsiders", () => {
  test("hear not one packet of a call", async () => {
    const [ann, bob, member, stranger] = await people(server, "Ann", "Bob", "Member", "Stranger");
    const conversation = await ann.direct(bob);
    await member.direct(ann);
    const devices = await Promise.all([ann, bob, member, stranger].map((one) => one.device()));
    const [a, b, ...outside] = devices;
    for (const device of outside) await device.flush();
    const before = outside.map((device) => [device.packets, device.mark]);
    const { callId } = await a.does("call:initiate", { conversationId: conversation, type: "video" });
    await a.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    await b.does("call:accept", { callId });
    await b.does("call:answer", { callId, targetUserId: ann.id, answer: answer() });
    for (const number of upTo(10)) await b.does("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate(number) });
    await a.does("call:media", { callId, audioEnabled: false });
    await a.does("call:quality", { callId, grade: "poor", cause: "loss" });
    await a.does("call:end", { callId });
    for (const [index, device] of outside.entries()) {
      await device.flush();
      const [packets, mark] = before[index];
      assert.deepEqual(device.heard.slice(mark), []);
      assert.equal(device.packets - packets, 1, "the answer to its own question is all");
    }
  });
});
