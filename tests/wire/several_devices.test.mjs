// Several devices of one person: one of them is in the call.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, assertRefused } from "./harness/assertions.mjs";
import { candidate, offer } from "./harness/media.mjs";
import { couple } from "./harness/people.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();

async function ringing() {
  const { ann, bob, conversation } = await couple(server);
  const [caller, phone, tablet] = await Promise.all([ann.device(), bob.device("phone"), bob.device("tablet")]);
  const { callId } = await caller.does("call:initiate", { conversationId: conversation });
  await Promise.all([phone, tablet].map((device) => device.until("call:incoming", callId)));
  return { ann, bob, conversation, caller, phone, tablet, callId };
}

describe("of several devices that ring", { concurrency: true }, () => {
  test("the first one that answers has the call, and the others stop", async () => {
    const { ann, bob, phone, tablet, callId } = await ringing();
    await phone.does("call:accept", { callId });
    assert.equal((await tablet.until("call:ring-stopped", callId)).reason, "answered-elsewhere");
    await phone.flush();
    assert.deepEqual(phone.all("call:ring-stopped"), []);
    assert.equal((await ann.part(callId, bob)).deviceId, "phone");
  });

  test("the same device again gets the same answer", async () => {
    const { bob, phone, callId } = await ringing();
    const first = await phone.does("call:accept", { callId });
    assert.deepEqual(await phone.does("call:accept", { callId }), first);
    const { ok: _, ...body } = first;
    const rest = await bob.rest("POST", `/api/calls/${callId}/answer`, { device: "phone" });
    assert.equal(rest.status, 200);
    assert.deepEqual(rest.body, body);
  });

  test("another one is refused with the true state, which stays", async () => {
    const { ann, bob, phone, tablet, callId } = await ringing();
    await phone.does("call:accept", { callId });
    const refused = await bob.rest("POST", `/api/calls/${callId}/answer`, { device: "tablet" });
    assertProblem(refused, 409, "answered_elsewhere");
    assert.equal(refused.body.call.participants.find((one) => one.userId === bob.id).deviceId, "phone");
    assertRefused(await tablet.emit("call:accept", { callId }), "answered_elsewhere");
    assert.equal((await ann.part(callId, bob)).deviceId, "phone");
  });

  test("another one takes over when it says so", async () => {
    const { ann, bob, caller, phone, tablet, callId } = await ringing();
    await phone.does("call:accept", { callId });
    const moved = await tablet.does("call:accept", { callId, takeOver: true });
    assert.equal(moved.deviceId, "tablet");
    assert.equal((await phone.until("call:ring-stopped", callId)).reason, "handed-off");
    assert.equal((await caller.until("call:participant-reconnected", callId)).deviceId, "tablet");
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    await tablet.until("call:offer", callId);
    await phone.flush();
    assert.deepEqual(phone.all("call:offer"), []);
    assertRefused(await phone.emit("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate() }), "not_this_device");
    assert.deepEqual(caller.all("call:participant-left"), []);
  });

  test("a REST answer that names none belongs to the first one that signals", async () => {
    const { ann, bob, caller, phone, tablet, callId } = await ringing();
    await bob.does("POST", `/api/calls/${callId}/answer`);
    await tablet.does("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate() });
    assert.equal((await phone.until("call:ring-stopped", callId)).reason, "answered-elsewhere");
    assertRefused(await phone.emit("call:ice-candidate", { callId, targetUserId: ann.id, candidate: candidate() }), "not_this_device");
    await caller.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    await tablet.until("call:offer", callId);
    await phone.flush();
    assert.deepEqual(phone.all("call:offer"), []);
  });

  test("a signal to a device that is not in the call is refused", async () => {
    const { bob, caller, phone, callId } = await ringing();
    await phone.does("call:accept", { callId });
    const signal = { callId, targetUserId: bob.id, offer: offer() };
    assertRefused(await caller.emit("call:offer", { ...signal, targetDeviceId: "tablet" }), "target_gone");
    await caller.does("call:offer", { ...signal, targetDeviceId: "phone" });
    const heard = await phone.until("call:offer", callId);
    assert.equal(heard.fromDeviceId, caller.name);
  });

  test("state events go to all of them", async () => {
    const { caller, phone, tablet, callId } = await ringing();
    await phone.does("call:accept", { callId });
    await caller.does("call:media", { callId, audioEnabled: false });
    await caller.does("call:end", { callId });
    await Promise.all([phone, tablet].map((device) => device.until("call:ended", callId)));
    const numbered = (device) => device.heard.filter((one) => one.data?.seq && one.name !== "call:incoming").map((one) => [one.name, one.data]);
    assert.deepEqual(numbered(phone), numbered(tablet));
  });
});
