// The layers of the camera follow its size, the person's choice and who watches.

import { expect, test } from "vitest";
import { askForVoice, serverCodecs } from "../../src/sfu/codecs.js";
import { cameraEncodings, RIDS, screenEncoding, totalKbps } from "../../src/sfu/encodings.js";

const HD = { width: 1280, height: 720 };

/** The lines and the bit rate in kbit/s of each layer that is sent. */
function layers(wish: Parameters<typeof cameraEncodings>[0]): Record<string, readonly [number, number]> {
  const lines = Math.min(wish.size?.width ?? 0, wish.size?.height ?? 0);
  const sent = cameraEncodings(wish).map((one, index) => ({ rid: RIDS[index] ?? "", ...one }));
  return Object.fromEntries(
    sent
      .filter((one) => one.active)
      .map((one) => [one.rid, [Math.round(lines / one.scaleResolutionDownBy), one.maxBitrate / 1_000]]),
  );
}

test("a picture of 720 lines has three layers, each half as large as the next", () => {
  const all = { q: [180, 150], h: [360, 500], f: [720, 1_700] };
  expect(layers({ size: HD, choice: "auto", watched: null })).toEqual(all);
  expect(layers({ size: { width: 720, height: 1280 }, choice: "auto", watched: null })).toEqual(all);
  expect(totalKbps(cameraEncodings({ size: HD, choice: "auto", watched: null }))).toBe(2_350);
});

test("a small picture has the layers that its size allows, and its largest is the picture itself", () => {
  const of = (width: number, height: number) =>
    layers({ size: { width, height }, choice: "auto", watched: null });
  expect(of(640, 360)).toEqual({ q: [180, 150], h: [360, 500] });
  expect(of(320, 180)).toEqual({ q: [180, 150] });
});

test("a choice limits the largest layer, and sound only sends none", () => {
  expect(layers({ size: HD, choice: "480p", watched: null }).f?.[0]).toBe(480);
  expect(layers({ size: HD, choice: "240p", watched: null })).toEqual({
    q: [60, 150],
    h: [120, 150],
    f: [240, 300],
  });
  expect(layers({ size: HD, choice: "audio-only", watched: null })).toEqual({});
});

test("only layers that are watched are sent", () => {
  expect(Object.keys(layers({ size: HD, choice: "auto", watched: new Set(["h"]) }))).toEqual(["h"]);
  expect(layers({ size: HD, choice: "auto", watched: new Set() })).toEqual({});
});

test("a screen is sent in its own size, slowly on a small choice, and not at all while nobody watches", () => {
  expect(screenEncoding("auto", true)).toMatchObject({
    active: true,
    scaleResolutionDownBy: 1,
    maxFramerate: 15,
  });
  expect(screenEncoding("240p", true).maxFramerate).toBe(5);
  expect(screenEncoding("auto", false).active).toBe(false);
});

test("redundant sound comes first, and VP8 before the others", () => {
  const of = (kind: "audio" | "video", ...names: string[]) =>
    serverCodecs(
      kind,
      names.map((name) => ({ mimeType: `${kind}/${name}` })),
    ).map(({ mimeType }) => mimeType.split("/")[1]);
  expect(of("audio", "opus", "red", "PCMU")).toEqual(["red", "opus", "PCMU"]);
  expect(of("video", "AV1", "rtx", "H264", "VP9", "VP8")).toEqual(["VP8", "VP9", "H264", "AV1", "rtx"]);
});

const SECTIONS = [
  "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n",
  "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n",
];

test("the microphone, and not the sound of a screen, is asked to be silent in silence", () => {
  const [head, microphone, screen] = askForVoice(SECTIONS.join("")).split(/^(?=m=)/m);
  expect([head, screen]).toEqual([SECTIONS[0], SECTIONS[2]]);
  expect(microphone).toContain("a=fmtp:111 minptime=10;usedtx=1;useinbandfec=1\r\n");
  expect(askForVoice(askForVoice(SECTIONS.join("")))).toBe(askForVoice(SECTIONS.join("")));
});

test("an answer that says nothing of Opus' parameters gets a line of its own", () => {
  const bare = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=recvonly\r\n";
  expect(askForVoice(bare)).toBe(
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 usedtx=1;useinbandfec=1\r\na=recvonly\r\n",
  );
  expect(askForVoice("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n")).toBe("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n");
});
