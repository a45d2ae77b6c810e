// Connections with the server that break, and how they come back; and what ends them.

import { expect, test } from "vitest";
import { pass, useFakeTime } from "../session/device.js";
import { inTheRoom, kinds } from "./gathering.js";

useFakeTime();

test("a network that fails is restarted on both connections, and made anew when that does not help", async () => {
  const { device, sfu } = await inTheRoom();
  const offers = sfu.offers;
  const { publisher } = sfu.page;
  device.network.up = false;
  await pass(5_500);
  expect(device.state.phase).toBe("reconnecting");
  const [notice] = device.state.notices;
  expect([notice?.kind, notice?.userId], "one's own connection, not that with somebody").toEqual([
    "media-lost",
    null,
  ]);
  expect(device.server.last("call:transport-state")).toMatchObject({
    state: "disconnected",
    leg: "sfu",
    transport: "subscriber",
  });
  expect([publisher.restarts, sfu.offers]).toEqual([1, offers + 1]);
  await pass(9_000);
  expect(publisher.closed, "made anew").toBe(true);
  device.network.up = true;
  await pass(6_000);
  expect([device.state.phase, sfu.ready, kinds(device)]).toEqual(["active", true, []]);
  device.close();
});

test("a short gap is healed by starting ICE again, on the same connections", async () => {
  const { device, sfu } = await inTheRoom();
  const { publisher, subscriber } = sfu.page;
  device.network.up = false;
  await pass(5_500);
  sfu.restart();
  device.network.up = true;
  await pass(3_000);
  expect([device.state.phase, publisher.closed, subscriber.closed]).toEqual(["active", false, false]);
  expect(sfu.page).toEqual({ publisher, subscriber });
  device.close();
});

test("a server that begins again is met with new connections", async () => {
  const { device, sfu } = await inTheRoom();
  sfu.forget();
  await pass(25_000);
  expect([device.state.phase, sfu.ready]).toEqual(["active", true]);
  device.close();
});

test("a server that says goodbye is met with new connections at once, and once", async () => {
  const { device, sfu } = await inTheRoom();
  const { offers } = sfu;
  const { publisher, subscriber } = sfu.page;
  sfu.sayGoodbye();
  expect([device.state.phase, publisher.connectionState]).toEqual(["reconnecting", "connected"]);
  await pass(2_500);
  expect([device.state.phase, sfu.ready, kinds(device)]).toEqual(["active", true, []]);
  publisher.keys.end("closed");
  subscriber.keys.end("closed");
  await pass(5_000);
  expect([device.state.phase, sfu.offers]).toEqual(["active", offers + 1]);
  device.close();
});

test("a subscriber whose keys are closed is no reason to wait for ICE", async () => {
  const { device, sfu } = await inTheRoom();
  sfu.page.subscriber.keys.end("closed");
  await pass(2_500);
  expect([device.state.phase, sfu.ready]).toEqual(["active", true]);
  device.close();
});

test("a server that has lost the connection is met with new ones as soon as it says so", async () => {
  const { device, sfu } = await inTheRoom();
  const { publisher } = sfu.page;
  sfu.silent = true;
  publisher.restartIce();
  await pass(200);
  sfu.forget();
  sfu.silent = false;
  const error = {
    callId: "call",
    event: "call:offer",
    code: "invalid_description",
    message: "",
    retryable: false,
  };
  device.server.tell("call:error", error);
  await pass(3_000);
  expect([publisher.closed, sfu.ready, device.state.phase]).toEqual([true, true, "active"]);
  device.close();
});

test("an answer to another offer is dropped", async () => {
  const { device, sfu } = await inTheRoom();
  const { publisher } = sfu.page;
  const sdp = sfu.publisher?.localDescription?.sdp ?? "";
  device.server.tell("call:answer", {
    callId: "call",
    fromUserId: "sfu",
    answer: { type: "answer", sdp },
    negotiationId: 1,
    transport: "publisher",
  });
  await pass(2_000);
  expect([publisher.closed, publisher.signalingState, device.state.phase]).toEqual([
    false,
    "stable",
    "active",
  ]);
  device.close();
});

test("who is removed lets go of both connections at once", async () => {
  const { device } = await inTheRoom();
  device.server.leave("ann", "removed");
  expect(device.peers.every((one) => one.closed)).toBe(true);
  expect([device.state.ended?.reason, device.live]).toEqual(["removed", 0]);
  device.close();
});

test("relays only holds for both connections", async () => {
  const { device, sfu } = await inTheRoom();
  device.client.setIceTransportPolicy("relay");
  await pass(3_000);
  const { publisher, subscriber } = sfu.page;
  const policies = [publisher, subscriber].map((one) =>
    one.gatheredWith.map((each) => each.iceTransportPolicy),
  );
  expect(policies).toEqual([["relay"], ["relay"]]);
  device.close();
});
