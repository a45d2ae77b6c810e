// Who is heard from where: no moment without a sound, none with two.

import { expect, test } from "vitest";
import type { Playback } from "../../src/media/playback.js";
import type { LinkFacts } from "../../src/session/participants.js";
import { Reception } from "../../src/sfu/reception.js";
import type { Slot } from "../../src/sfu/slots.js";
import { FakeTrack } from "../media/fakeTracks.js";
import { VirtualClock } from "../peer/virtualClock.js";

/** Playback that knows who is heard how loud. */
function fakePlayback() {
  const tracks = new Map<string, MediaStreamTrack>();
  const volumes = new Map<string, number>();
  const playback: Pick<Playback, "set" | "setVolume"> = {
    set: (key, track) => void (track === null ? tracks.delete(key) : tracks.set(key, track)),
    setVolume: (key, volume) => void volumes.set(key, volume),
  };
  /** What is heard now, by key. */
  const heard = () => [...tracks.keys()].filter((key) => (volumes.get(key) ?? 1) > 0).sort();
  return { playback: playback as Playback, volumes, heard, tracks };
}

/** Ann's device, which talks with Bob directly. */
function started() {
  const clock = new VirtualClock();
  const sound = fakePlayback();
  const direct = new Map<string, LinkFacts>([["bob", connected()]]);
  const packets = new Map<string, number>();
  const sections = new Map(
    ["0", "1", "5"].map((mid) => [mid, new FakeTrack(mid === "5" ? "video" : "audio")]),
  );
  sound.playback.set("bob", direct.get("bob")?.incoming.audio ?? null);
  const up = { server: true };
  let rev = 0;
  const volume = new Map<string, number>();
  const reception = new Reception({
    clock,
    subscriber: {
      track: (mid) => sections.get(mid) ?? null,
      packet: (mid) => packets.get(mid) ?? null,
      loudness: () => 0.5,
    },
    connected: () => up.server,
    playback: sound.playback,
    volumeOf: (userId) => volume.get(userId) ?? 1,
    direct: () => direct,
    directPacket: (userId) => (userId === "bob" ? (packets.get("direct") ?? null) : null),
    closeDirect: () => {
      for (const userId of direct.keys()) sound.playback.set(userId, null);
      direct.clear();
    },
    changed: () => {},
  });
  const slots = (...shown: readonly (readonly [string, string, Slot["source"]])[]) => {
    rev += 1;
    const told = [...sections.keys()].map((mid): Slot => {
      const [, userId = null, source = null] = shown.find(([one]) => one === mid) ?? [];
      return { mid, kind: mid === "5" ? "video" : "audio", userId, source, paused: null };
    });
    reception.take({ callId: "call", rev, slots: told });
  };
  /** Packets come on these, fifty in a second. */
  const flow = async (ms: number, ...keys: readonly string[]) => {
    for (let passed = 0; passed < ms; passed += 20) {
      for (const key of keys) packets.set(key, (packets.get(key) ?? 0) + 960);
      await clock.advance(20);
    }
  };
  return { clock, sound, direct, packets, sections, reception, slots, volume, up, flow };
}

function connected(): LinkFacts {
  return {
    state: { status: "connected", stats: null, error: null },
    incoming: { audio: new FakeTrack("audio"), video: new FakeTrack("video") },
    everConnected: true,
  };
}

test("slots play from the moment they exist, and are heard when they count for somebody", async () => {
  const { sound, reception, slots, flow } = started();
  reception.settle("upgrading", ["bob", "cleo"]);
  slots(["0", "bob", "microphone"], ["1", "cleo", "microphone"]);
  await flow(1_500, "0");
  expect([...sound.tracks.keys()].sort()).toEqual(["bob", "slot 0", "slot 1"]);
  expect(sound.heard(), "Bob directly, Cleo through the server").toEqual(["bob", "slot 1"]);
  reception.settle("sfu", ["bob", "cleo"]);
  expect(sound.heard()).toEqual(["slot 0", "slot 1"]);
  reception.close();
});

test("in every moment of the way to the server and back Bob is heard exactly once, and on what comes steadily", async () => {
  const { clock, sound, direct, reception, slots, flow } = started();
  const times: number[] = [];
  const look = (): void => {
    times.push(sound.heard().filter((key) => key === "bob" || key === "slot 0").length);
    looking = clock.after(10, look);
  };
  let looking = clock.after(0, look);
  reception.settle("upgrading", ["bob", "cleo"]);
  await clock.advance(500);
  reception.settle("sfu", ["bob", "cleo"]);
  slots(["0", "bob", "microphone"]);
  await flow(600, "0");
  await clock.advance(300);
  await flow(900, "0");
  expect(sound.heard(), "it stumbled").toEqual(["bob"]);
  await flow(200, "0");
  expect(sound.heard()).toEqual(["slot 0"]);
  await flow(5_000, "0");
  expect(direct.size).toBe(0);

  reception.settle("downgrading", ["bob"]);
  direct.set("bob", connected());
  reception.look();
  sound.playback.set("bob", direct.get("bob")?.incoming.audio ?? null);
  await flow(900, "0", "direct");
  expect(reception.heardDirectly).toBe(false);
  await flow(200, "0", "direct");
  expect([reception.heardDirectly, sound.heard()]).toEqual([true, ["bob"]]);
  reception.settle("mesh", ["bob"]);
  reception.close();
  await clock.advance(100);
  looking();
  expect(new Set(times)).toEqual(new Set([1]));
  expect(sound.heard()).toEqual(["bob"]);
});

test("nobody is changed over to a server that is not reached", async () => {
  const { clock, sound, direct, reception, up } = started();
  up.server = false;
  reception.settle("sfu", ["bob", "cleo"]);
  await clock.advance(20_000);
  expect([direct.size, sound.heard()]).toEqual([1, ["bob"]]);
  up.server = true;
  await clock.advance(100);
  expect(direct.size).toBe(0);
  reception.close();
});

test("a slot that is pointed at somebody else takes on their loudness", async () => {
  const { sound, reception, slots, volume, direct } = started();
  direct.clear();
  volume.set("bob", 0.2);
  reception.settle("sfu", ["bob", "cleo"]);
  slots(["0", "bob", "microphone"]);
  expect(sound.volumes.get("slot 0")).toBe(0.2);
  slots(["0", "cleo", "microphone"]);
  expect(sound.volumes.get("slot 0")).toBe(1);
  slots();
  expect(sound.volumes.get("slot 0")).toBe(0);
  volume.set("cleo", 0.5);
  slots(["0", "cleo", "screen-audio"]);
  expect(sound.volumes.get("slot 0")).toBe(0.5);
  reception.close();
});

test("nothing is watched any more when everybody has arrived, and nothing after the end", async () => {
  const { clock, packets, reception, slots, direct } = started();
  direct.clear();
  reception.settle("sfu", ["bob", "cleo"]);
  slots(["0", "bob", "microphone"], ["1", "cleo", "microphone"]);
  packets.set("0", 1);
  await clock.advance(100);
  expect(clock.waiting, "Cleo is awaited").toBe(1);
  packets.set("1", 1);
  await clock.advance(500);
  expect(clock.waiting).toBe(0);
  slots(["0", "cleo", "microphone"]);
  expect(clock.waiting).toBe(1);
  reception.close();
  expect(clock.waiting).toBe(0);
});
