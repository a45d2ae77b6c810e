// What two reports of a connection say, in the manner of Chromium and of Firefox.

import { describe, expect, test } from "vitest";
import { type Measured, measure, type StatsEntry } from "../../src/quality/index.js";
import { type Counted, chromiumReport, firefoxReport } from "./reports.js";

/** Three seconds of a call: 150 packets of sound each way, 300 of a picture. */
const THREE_SECONDS: Counted = {
  at: 3000,
  audio: { packets: 150, bytes: 24_000 },
  video: { packets: 300, bytes: 450_000, frames: 90 },
  sentAudio: { packets: 150, bytes: 18_000, reportedLost: 0 },
  sentVideo: { packets: 300, bytes: 375_000, frames: 75, reportedLost: 0 },
};

describe("a connection of Chromium", () => {
  const { stats } = after(chromiumReport({}), chromiumReport(THREE_SECONDS));

  test("is measured in full", () => {
    expect(stats).toEqual({
      rttMs: 42,
      lossPercent: 0,
      availableKbps: 1250,
      jitterMs: 6,
      audio: { sendKbps: 48, receiveKbps: 64, codec: "opus" },
      video: {
        sendKbps: 1000,
        receiveKbps: 1200,
        codec: "VP9",
        sent: { width: 640, height: 480, fps: 30 },
        received: { width: 1280, height: 720, fps: 29 },
        limitedBy: "none",
      },
      path: { kind: "direct", protocol: "udp" },
    });
  });

  test.each(["cpu", "bandwidth", "other", "none"])("says that %s limits the picture", (limit) => {
    expect(only({ sentVideo: { limit } }).video.limitedBy).toBe(limit);
  });

  test("takes a limit of tomorrow for none", () => {
    expect(only({ sentVideo: { limit: "phase-of-the-moon" } }).video.limitedBy).toBe("none");
  });
});

describe("a connection of Firefox", () => {
  const reports = [firefoxReport(nothing()), firefoxReport(THREE_SECONDS)] as const;
  const { stats } = after(...reports);

  test("has its round trip from the other side's reports, and no available bit rate", () => {
    expect(reports[1].some((one) => one.type === "transport")).toBe(false);
    expect(stats).toMatchObject({ rttMs: 50, availableKbps: null, lossPercent: 0, jitterMs: 6 });
  });

  test("has its frame rate from the frames that were counted", () => {
    expect(stats.video.sent).toEqual({ width: 640, height: 480, fps: 25 });
    expect(stats.video.received).toEqual({ width: 1280, height: 720, fps: 30 });
  });

  test("has its path from the pair that is marked", () => {
    expect(stats.path).toEqual({ kind: "direct", protocol: "udp" });
    const relayed = firefoxReport({
      local: { candidateType: "relay", relayProtocol: "tcp", protocol: "udp" },
    });
    expect(measure(null, relayed, 0).stats.path).toEqual({ kind: "relay", protocol: "tcp" });
  });
});

describe("the path", () => {
  test.each([
    [{ candidateType: "relay", relayProtocol: "tls", protocol: "udp" }, {}, "relay", "tls"],
    [{ candidateType: "relay", relayProtocol: "udp", protocol: "udp" }, {}, "relay", "udp"],
    [{}, { candidateType: "relay" }, "relay", "udp"],
    [{ candidateType: "prflx", protocol: "tcp" }, {}, "direct", "tcp"],
  ])("of %o and %o is %s over %s", (local, remote, kind, protocol) => {
    expect(only({ local, remote }).path).toEqual({ kind, protocol });
  });

  test("of a pair that nobody names is that of the one that carried the most", () => {
    const report = chromiumReport({ pair: { bytesSent: 500 } }).filter((one) => one.type !== "transport");
    expect(measure(null, report, 0).stats.rttMs).toBe(42);
  });

  test("is unknown before there is one", () => {
    const report = chromiumReport({}).filter((one) => !one.type.includes("candidate"));
    expect(measure(null, report, 0).stats).toMatchObject({ path: null, rttMs: null, availableKbps: null });
  });
});

describe("loss of what arrives", () => {
  test.each([
    ["sound", { audio: { packets: 147, lost: 3 } }, 2],
    ["sound that came too late to be heard", { audio: { packets: 150, discarded: 9 } }, 6],
    ["a picture that nobody sent again", { video: { packets: 285, lost: 15 } }, 5],
    ["a picture, half of it sent again", { video: { packets: 275, lost: 50, retransmitted: 25 } }, 25 / 3],
    ["a picture, all of it sent again", { video: { packets: 300, lost: 15, retransmitted: 15 } }, 0],
    ["a picture with more sent again than lost", { video: { packets: 340, lost: 5, retransmitted: 40 } }, 0],
    ["the worse of both", { audio: { packets: 147, lost: 3 }, video: { packets: 285, lost: 15 } }, 5],
  ] as const)("%s", (_, counted, percent) => {
    expect(after(chromiumReport({}), chromiumReport(counted)).stats.lossPercent).toBeCloseTo(percent, 9);
  });

  test.each([
    [18, 1, null],
    [19, 1, 5],
  ])("of %i packets that came and %i that did not is %s", (packets, lost, percent) => {
    expect(after(chromiumReport({}), chromiumReport({ audio: { packets, lost } })).stats.lossPercent).toBe(
      percent,
    );
  });

  test("is no less than none when late packets turn up", () => {
    const before = chromiumReport({ audio: { packets: 100, lost: 10 } });
    expect(after(before, chromiumReport({ audio: { packets: 200, lost: 4 } })).stats.lossPercent).toBe(0);
  });

  test("is counted since the sample before, not since the beginning", () => {
    const before = chromiumReport({ audio: { packets: 100, lost: 100 } });
    expect(after(before, chromiumReport({ audio: { packets: 200, lost: 100 } })).stats.lossPercent).toBe(0);
  });
});

describe("loss of what is sent", () => {
  const begun = chromiumReport(sentAudio({ packets: 0, reportedLost: 0 }, 0));

  test("is what the other side reports since its report before", () => {
    const next = chromiumReport(sentAudio({ packets: 150, reportedLost: 6 }, 3000));
    expect(after(begun, next).stats.lossPercent).toBe(4);
  });

  test("stays while no newer report came, and ends when it is too old", () => {
    const reportOf = (packets: number) => chromiumReport(sentAudio({ packets, reportedLost: 6 }, 3000));
    let measured = measure(null, begun, 0);
    const losses = [150, 300, 450, 600, 750, 900].map((packets, index) => {
      measured = measure(measured.raw, reportOf(packets), 3000 * (index + 1));
      return measured.stats.lossPercent;
    });
    expect(losses).toEqual([4, 4, 4, 4, null, null]);
  });

  test("waits until enough was sent to say anything", () => {
    let measured = measure(null, begun, 0);
    measured = measure(measured.raw, chromiumReport(sentAudio({ packets: 10, reportedLost: 1 }, 3000)), 3000);
    expect(measured.stats.lossPercent).toBeNull();
    measured = measure(measured.raw, chromiumReport(sentAudio({ packets: 25, reportedLost: 1 }, 6000)), 6000);
    expect(measured.stats.lossPercent).toBe(4);
  });

  test("of a picture is what was lost again after it was sent again", () => {
    const video = (packets: number, retransmitted: number, reportedLost: number) =>
      chromiumReport({ sentVideo: { packets, retransmitted, reportedLost, reportedAt: packets } });
    // 10 % of 300 got lost, and 10 % of the 30 that were sent again.
    expect(after(video(0, 0, 0), video(330, 30, 30)).stats.lossPercent).toBeCloseTo(1, 9);
    expect(after(video(0, 0, 0), video(300, 0, 30)).stats.lossPercent).toBe(10);
  });

  test("is never more than all of it", () => {
    const next = chromiumReport(sentAudio({ packets: 150, reportedLost: 400 }, 3000));
    expect(after(begun, next).stats.lossPercent).toBe(100);
  });
});

describe("a new connection", () => {
  const old = measure(null, chromiumReport({ ...times(THREE_SECONDS, 100) }), 300_000);

  test("has no bit rate and no loss at its first sample, rather than wrong ones", () => {
    const { stats } = measure(
      old.raw,
      chromiumReport({ ...THREE_SECONDS, base: 5000, at: 303_000 }),
      303_000,
    );
    expect(stats.lossPercent).toBeNull();
    expect([stats.audio.sendKbps, stats.audio.receiveKbps, stats.video.sendKbps]).toEqual([0, 0, 0]);
  });

  test("under the same ids has none either", () => {
    const { stats } = measure(old.raw, chromiumReport(THREE_SECONDS), 303_000);
    expect(stats.lossPercent).toBeNull();
    expect([stats.audio.sendKbps, stats.audio.receiveKbps, stats.video.sendKbps]).toEqual([0, 0, 0]);
  });

  test("whose streams count under the ids of others is not compared with them", () => {
    const sameIds = (base: number, counted: Counted) =>
      chromiumReport({ ...counted, base }).map((one) => ({
        ...one,
        id: one.id.replace(/\d{4}$/, "0000"),
        localId: String(one.localId).replace(/\d{4}$/, "0000"),
      }));
    const little = { audio: { packets: 30, bytes: 100 }, sentAudio: { packets: 30, reportedLost: 0 } };
    const more = {
      audio: { packets: 60, lost: 60, bytes: 900 },
      sentAudio: { packets: 90, reportedLost: 30, reportedAt: 3 },
    };
    const { stats } = after(sameIds(1000, little), sameIds(5000, more));
    expect(stats).toMatchObject({ lossPercent: null, audio: { receiveKbps: 0 } });
    // The same numbers of one stream do count.
    expect(after(sameIds(1000, little), sameIds(1000, more)).stats.lossPercent).toBeGreaterThan(50);
  });

  test("that counts less than before has lost nothing", () => {
    const before = chromiumReport({ audio: { packets: 900, bytes: 90_000, lost: 2 } });
    const fresh = chromiumReport({ audio: { packets: 40, bytes: 4_000, lost: 30 } });
    expect(after(before, fresh).stats).toMatchObject({ lossPercent: null, audio: { receiveKbps: 0 } });
  });

  test("is measured from its second sample on", () => {
    const first = measure(old.raw, chromiumReport(nothing(5000)), 303_000);
    const { stats } = measure(first.raw, chromiumReport({ ...THREE_SECONDS, base: 5000 }), 306_000);
    expect(stats).toMatchObject({ lossPercent: 0, audio: { sendKbps: 48, receiveKbps: 64 } });
  });
});

test("of several sizes the largest is told", () => {
  const small = {
    id: "OT01V0000",
    type: "outbound-rtp",
    timestamp: 0,
    kind: "video",
    ssrc: 7,
    frameWidth: 320,
    frameHeight: 240,
  };
  expect(measure(null, [small, ...chromiumReport({})], 0).stats.video.sent?.width).toBe(640);
  expect(measure(null, [...chromiumReport({}), small], 0).stats.video.sent?.width).toBe(640);
});

test("a picture that stands still has no size: nothing comes", () => {
  const { stats } = after(chromiumReport(THREE_SECONDS), chromiumReport({ ...THREE_SECONDS, at: 6000 }));
  expect(stats.video).toMatchObject({ sent: null, received: null, sendKbps: 0, receiveKbps: 0 });
});

test("an empty report measures nothing", () => {
  const { stats } = after([], []);
  expect(stats).toEqual({
    rttMs: null,
    lossPercent: null,
    availableKbps: null,
    jitterMs: null,
    audio: { sendKbps: 0, receiveKbps: 0, codec: null },
    video: { sendKbps: 0, receiveKbps: 0, codec: null, sent: null, received: null, limitedBy: "none" },
    path: null,
  });
});

/** The measurement of a report, three seconds after another one. */
function after(before: readonly StatsEntry[], report: readonly StatsEntry[]): Measured {
  return measure(measure(null, before, 0).raw, report, 3000);
}

function only(counted: Counted): Measured["stats"] {
  return measure(null, chromiumReport(counted), 0).stats;
}

function nothing(base?: number): Counted {
  const none = { packets: 0, reportedLost: 0 };
  return { sentAudio: none, sentVideo: none, ...(base === undefined ? {} : { base }) };
}

function sentAudio(stream: { packets: number; reportedLost: number }, reportedAt: number): Counted {
  return { at: reportedAt, sentAudio: { ...stream, reportedAt } };
}

function times(counted: Counted, factor: number): Counted {
  const multiplied = (stream: object = {}) =>
    Object.fromEntries(Object.entries(stream).map(([field, value]) => [field, Number(value) * factor]));
  return {
    at: 300_000,
    audio: multiplied(counted.audio),
    video: multiplied(counted.video),
    sentAudio: multiplied(counted.sentAudio),
    sentVideo: multiplied(counted.sentVideo),
  };
}
