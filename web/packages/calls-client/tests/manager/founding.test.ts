// The founding sample, to the letter, on both sides.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.js";
import type { CallError } from "../../src/errors.js";
import type { PeerSignal } from "../../src/peer/signal.js";
import WebRTCManager from "../../src/webrtcManager.js";
import { FakeDevices } from "../media/fakes.js";
import { FakeStream } from "../media/fakeTracks.js";
import { FakeNetwork } from "../peer/fakeNetwork.js";
import { FakePeer } from "../peer/fakePeer.js";
import { seeded } from "../seeded.js";
import { pass, useFakeTime } from "../session/device.js";
import { FakeServer, refused } from "../session/fakeServer.js";

useFakeTime();

/** A track is in a stream once (W3C Media Capture §4.2). */
class StreamOfEach extends FakeStream {
  override addTrack(track: MediaStreamTrack): void {
    if (!this.getTracks().includes(track)) super.addTrack(track);
  }
}

let network: FakeNetwork;
let devices: FakeDevices;

beforeEach(() => {
  network = new FakeNetwork({ ...systemClock, random: seeded(1) });
  devices = new FakeDevices();
  vi.stubGlobal(
    "RTCPeerConnection",
    class extends FakePeer {
      constructor(configuration: RTCConfiguration) {
        super(network, configuration);
      }
    },
  );
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal("MediaStream", StreamOfEach);
});
afterEach(() => vi.unstubAllGlobals());

/** Ann's and Bob's servers are one: what one sends the other gets, after the accept. */
function two(): { ann: FakeServer; bob: FakeServer; accept: () => void } {
  const ann = new FakeServer("ann");
  const bob = new FakeServer("bob");
  const held: (() => void)[] = [];
  let accepted = false;
  const relay = (from: FakeServer, to: FakeServer) => {
    from.peers.set(to.self, ({ kind, ...rest }: PeerSignal) => {
      const name = kind === "candidate" ? "call:ice-candidate" : `call:${kind}`;
      const deliver = (): void =>
        void setTimeout(() => to.tell(name, { callId: "call", fromUserId: from.self, ...rest }), 10);
      if (accepted) deliver();
      else held.push(deliver);
    });
  };
  relay(ann, bob);
  relay(bob, ann);
  bob.callFrom("ann");
  ann.call = bob.call;
  const accept = (): void => {
    accepted = true;
    ann.join("bob");
    bob.join("bob");
    for (const deliver of held) deliver();
  };
  return { ann, bob, accept };
}

/** Lets a promise come, in fake time. */
async function within<T>(promise: Promise<T>, ms = 500): Promise<T> {
  await pass(ms);
  return promise;
}

test("the founding sample connects both sides", async () => {
  const server = two();
  const remote: [string, MediaStream][] = [];
  const errors: CallError[] = [];

  const webrtcManager = new WebRTCManager(server.ann);
  // The sample never reads the body of the answer, and hands over undefined.
  await webrtcManager.setTurnCredentials(undefined);
  const localStream = await within(webrtcManager.initializeLocalStream(true, true));
  expect(localStream.getTracks().map(({ kind }) => kind)).toEqual(["audio", "video"]);
  webrtcManager.onRemoteStream = (userId, stream) => {
    remote.push([userId, stream]);
  };
  webrtcManager.onError = (error) => {
    errors.push(error);
  };
  webrtcManager.currentCallId = "call";
  webrtcManager.isInitiator = true;
  await within(webrtcManager.initiateCallToUser("bob"), 3_000);

  const callee = new WebRTCManager(server.bob);
  callee.onError = (error) => {
    errors.push(error);
  };
  const answered: string[] = [];
  callee.onRemoteStream = (userId) => {
    answered.push(userId);
  };
  await callee.setTurnCredentials(undefined);
  await within(callee.initializeLocalStream(true, true));
  callee.currentCallId = "call";
  await pass(100);
  server.accept();
  await pass(3_000);

  expect(remote.map(([userId, stream]) => [userId, stream.getTracks().map(({ kind }) => kind)])).toEqual([
    ["bob", ["audio", "video"]],
  ]);
  expect(answered).toEqual(["ann"]);
  expect(webrtcManager.remoteStreams.get("bob")).toBe(remote[0]?.[1]);
  expect(network.peers.filter(({ connectionState }) => connectionState === "connected")).toHaveLength(2);
  expect(server.ann.last("call:turn-credentials")).toEqual({ callId: "call" });

  expect(webrtcManager.toggleAudio(false)).toBe(false);
  expect(webrtcManager.toggleVideo(false)).toBe(false);
  await pass(100);
  expect(server.ann.theCall.participants[0]?.mediaState).toMatchObject({
    audioEnabled: false,
    videoEnabled: false,
  });
  const shared = await within(webrtcManager.startScreenShare());
  expect(shared?.kind).toBe("video");
  expect(localStream.getVideoTracks()).toEqual([shared]);
  webrtcManager.stopScreenShare();
  await pass(100);
  expect(localStream.getVideoTracks()).toEqual([]);

  webrtcManager.cleanup();
  callee.cleanup();
  await pass(8_100);
  expect([errors, devices.live("audio"), devices.live("video"), network.open]).toEqual([[], 0, 0, 0]);
  expect([server.ann.listening, server.bob.listening, vi.getTimerCount()]).toEqual([0, 0, 0]);
});

test("credentials of the product's own are used, and the server is not asked", async () => {
  const server = two();
  const manager = new WebRTCManager(server.ann);
  await manager.setTurnCredentials({ urls: ["turn:own.example:3478"], username: "u", credential: "c" });
  manager.currentCallId = "call";
  await within(manager.initiateCallToUser("bob"));
  await pass(100);
  expect(network.peers[0]?.configuration.iceServers).toMatchObject([{ urls: ["turn:own.example:3478"] }]);
  expect(server.ann.count("call:turn-credentials")).toBe(0);
  manager.cleanup();
});

test("the end of the call is told once, and the streams are gone", async () => {
  const server = two();
  const manager = new WebRTCManager(server.ann);
  const callee = new WebRTCManager(server.bob);
  const gone: string[] = [];
  const ended: string[] = [];
  manager.onRemoteStreamRemoved = (userId) => {
    gone.push(userId);
  };
  manager.onCallEnded = ({ reason }) => {
    ended.push(reason);
  };
  await within(callee.initializeLocalStream(true, false));
  manager.currentCallId = "call";
  callee.currentCallId = "call";
  await within(manager.initiateCallToUser("bob"));
  server.accept();
  await pass(3_000);
  server.ann.end("ended-by-user", "bob");
  server.ann.tell("call:ring-stopped", { callId: "call", reason: "ended", joinable: false });
  await pass(100);
  expect([gone, ended]).toEqual([["bob"], ["ended-by-user"]]);
  manager.cleanup();
  callee.cleanup();
});

test("a camera that is refused is thrown with the founding message", async () => {
  const { ann } = two();
  devices.permissions.microphone.state = "denied";
  devices.permissions.camera.state = "denied";
  const manager = new WebRTCManager(ann);
  const asked = manager.initializeLocalStream(true, true);
  const refusal = expect(asked).rejects.toThrow("Failed to access camera/microphone: NotAllowedError");
  await pass(500);
  await refusal;
  manager.cleanup();
});

test("a call that is set before it is answered tells nothing of microphone and camera until then", async () => {
  const server = two();
  const callee = new WebRTCManager(server.bob);
  const errors: CallError[] = [];
  callee.onError = (error) => {
    errors.push(error);
  };
  callee.currentCallId = "call";
  await within(callee.initializeLocalStream(true, false));
  expect(server.bob.count("call:media")).toBe(0);
  server.accept();
  await pass(100);
  expect(server.bob.theCall.participants[1]?.mediaState).toMatchObject({
    audioEnabled: true,
    videoEnabled: false,
  });
  expect(errors).toEqual([]);
  callee.cleanup();
});

test("connecting without a call is refused", async () => {
  const { ann } = two();
  const manager = new WebRTCManager(ann);
  await expect(manager.initiateCallToUser("bob")).rejects.toMatchObject({ name: "Refused" });
  manager.cleanup();
});

test("a call that is not there is told as an error", async () => {
  const { ann } = two();
  ann.answers.set("call:get", () => refused("call_not_found"));
  const manager = new WebRTCManager(ann);
  const errors: CallError[] = [];
  manager.onError = (error) => {
    errors.push(error);
  };
  manager.currentCallId = "call";
  await pass(100);
  expect(errors.map(({ refusal }) => refusal?.code)).toEqual(["call_not_found"]);
  manager.cleanup();
});
