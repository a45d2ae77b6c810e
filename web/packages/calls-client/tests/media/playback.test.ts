// The others' sound: one element each, and a click where the browser wants one.

import { describe, expect, it } from "vitest";
import { createPlayback, type SoundElement } from "../../src/media/playback.js";
import { FakeStream, FakeTrack, settled } from "./fakes.js";

describe("playback", () => {
  it("plays each participant by one element, and another track by the same one", async () => {
    const { playback, elements } = started();
    const first = new FakeTrack("audio");
    const second = new FakeTrack("audio");
    playback.set("ann", first);
    playback.set("bob", new FakeTrack("audio"));
    playback.set("ann", second);
    await settled();
    expect(elements).toHaveLength(2);
    expect(elements[0]?.tracks()).toEqual([second]);
    expect(elements.map(({ playing }) => playing)).toEqual([true, true]);
  });

  it("is not disturbed by being told the same track again", async () => {
    const { playback, elements } = started();
    const track = new FakeTrack("audio");
    playback.set("ann", track);
    await settled();
    playback.set("ann", track);
    expect(elements[0]?.plays).toBe(1);
    expect(elements[0]?.streams).toBe(1);
  });

  it("lets go of a participant without a track", async () => {
    const { playback, elements } = started();
    playback.set("ann", new FakeTrack("audio"));
    await settled();
    playback.set("ann", null);
    expect(elements[0]).toMatchObject({ playing: false, srcObject: null });
  });

  it("says when the browser wants a click, and plays all after it", async () => {
    const { playback, elements, page } = started();
    page.refusal = new DOMException("", "NotAllowedError");
    playback.set("ann", new FakeTrack("audio"));
    playback.set("bob", new FakeTrack("audio"));
    await settled();
    expect(playback.blocked.get()).toEqual({ blocked: true });
    page.refusal = null;
    await playback.resume();
    expect(playback.blocked.get()).toEqual({ blocked: false });
    expect(elements.every(({ playing }) => playing)).toBe(true);
  });

  it("wants no click any more when those who were refused are gone", async () => {
    const { playback, page } = started();
    page.refusal = new DOMException("", "NotAllowedError");
    playback.set("ann", new FakeTrack("audio"));
    await settled();
    playback.set("ann", null);
    expect(playback.blocked.get()).toEqual({ blocked: false });
  });

  it("takes no notice of a refusal that comes after the participant went", async () => {
    const { playback, page } = started();
    page.refusal = new DOMException("", "NotAllowedError");
    playback.set("ann", new FakeTrack("audio"));
    playback.set("ann", null);
    await settled();
    expect(playback.blocked.get()).toEqual({ blocked: false });
  });

  it("reports what is neither a refusal nor an interruption", async () => {
    const { playback, page, reported } = started();
    page.refusal = new DOMException("", "AbortError");
    playback.set("ann", new FakeTrack("audio"));
    await settled();
    expect(reported).toEqual([]);
    page.refusal = new DOMException("", "NotSupportedError");
    playback.set("bob", new FakeTrack("audio"));
    await settled();
    expect(reported).toEqual([page.refusal]);
    expect(playback.blocked.get()).toEqual({ blocked: false });
  });

  it("keeps the volume of a participant over tracks, within 0 and 1", () => {
    const { playback, elements } = started();
    playback.setVolume("ann", 0.4);
    playback.set("ann", new FakeTrack("audio"));
    expect(elements[0]?.volume).toBe(0.4);
    playback.setVolume("ann", 7);
    expect(elements[0]?.volume).toBe(1);
    playback.setVolume("ann", -1);
    expect(elements[0]?.volume).toBe(0);
  });
});

describe("the loudspeaker", () => {
  it("is that of all, those who come later too", async () => {
    const { playback, elements } = started();
    playback.set("ann", new FakeTrack("audio"));
    playback.set("bob", new FakeTrack("audio"));
    await playback.setSpeaker("out-a");
    playback.set("cid", new FakeTrack("audio"));
    expect(elements.map(({ sink }) => sink)).toEqual(["out-a", "out-a", "out-a"]);
    await playback.setSpeaker(null);
    expect(elements.map(({ sink }) => sink)).toEqual(["", "", ""]);
  });

  it("stays what it was when the chosen one is gone", async () => {
    const { playback, elements, page } = started();
    await playback.setSpeaker("out-a");
    page.sinkRefusal = new DOMException("", "NotFoundError");
    await expect(playback.setSpeaker("out-b")).rejects.toMatchObject({
      name: "DeviceMissing",
      device: "speaker",
    });
    page.sinkRefusal = null;
    playback.set("ann", new FakeTrack("audio"));
    expect(elements.at(-1)?.sink).toBe("out-a");
  });

  it("cannot be chosen everywhere; the default can", async () => {
    const playback = createPlayback({
      createElement: () => ({
        srcObject: null,
        volume: 1,
        muted: false,
        play: async () => undefined,
        pause: () => undefined,
      }),
      createStream: (tracks) => new FakeStream(tracks),
    });
    await playback.setSpeaker(null);
    await expect(playback.setSpeaker("out-a")).rejects.toMatchObject({ name: "Unsupported" });
  });
});

it("where the loudness cannot be set, silence is kept all the same", () => {
  const element = new FakeElement({ refusal: null, sinkRefusal: null });
  Object.defineProperty(element, "volume", { get: () => 1, set: () => {} });
  const playback = createPlayback({
    createElement: () => element,
    createStream: (tracks) => new FakeStream(tracks),
  });
  playback.setVolume("ann", 0);
  playback.set("ann", new FakeTrack("audio"));
  expect(element.muted).toBe(true);
  playback.setVolume("ann", 0.4);
  expect(element.muted).toBe(false);
});

/** How the page behaves. */
interface Page {
  refusal: DOMException | null;
  sinkRefusal: DOMException | null;
}

class FakeElement implements SoundElement {
  volume = 1;
  muted = false;
  playing = false;
  plays = 0;
  streams = 0;
  sink = "";
  #srcObject: SoundElement["srcObject"] = null;

  constructor(readonly page: Page) {}

  get srcObject(): SoundElement["srcObject"] {
    return this.#srcObject;
  }

  set srcObject(source: SoundElement["srcObject"]) {
    this.#srcObject = source;
    if (source !== null) this.streams += 1;
  }

  tracks(): MediaStreamTrack[] {
    return this.#srcObject instanceof FakeStream ? this.#srcObject.getTracks() : [];
  }

  async play(): Promise<void> {
    this.plays += 1;
    await Promise.resolve();
    if (this.page.refusal !== null) throw this.page.refusal;
    this.playing = true;
  }

  pause(): void {
    this.playing = false;
  }

  async setSinkId(deviceId: string): Promise<void> {
    if (this.page.sinkRefusal !== null) throw this.page.sinkRefusal;
    this.sink = deviceId;
  }
}

function started() {
  const page: Page = { refusal: null, sinkRefusal: null };
  const elements: FakeElement[] = [];
  const reported: unknown[] = [];
  const playback = createPlayback({
    createElement: () => {
      const element = new FakeElement(page);
      elements.push(element);
      return element;
    },
    createStream: (tracks) => new FakeStream(tracks),
    report: (error) => reported.push(error),
  });
  return { playback, elements, page, reported };
}
