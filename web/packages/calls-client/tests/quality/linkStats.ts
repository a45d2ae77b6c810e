// Measurements for tests: a healthy link, and what differs from it.

import type { LinkStats } from "../../src/state.js";

interface Differences extends Partial<Omit<LinkStats, "audio" | "video">> {
  readonly audioKbps?: number;
  readonly videoKbps?: number;
  readonly limitedBy?: LinkStats["video"]["limitedBy"];
  readonly videoCodec?: string;
}

/** A link that is fine, but for these differences. */
export function linkStats(differences: Differences = {}): LinkStats {
  const { audioKbps = 64, videoKbps = 1200, limitedBy = "none", videoCodec = "VP9", ...rest } = differences;
  return {
    rttMs: 40,
    lossPercent: 0,
    availableKbps: 2400,
    jitterMs: 5,
    audio: { sendKbps: audioKbps, receiveKbps: 64, codec: "opus" },
    video: {
      sendKbps: videoKbps,
      receiveKbps: 1200,
      codec: videoCodec,
      sent: { width: 1280, height: 720, fps: 30 },
      received: { width: 1280, height: 720, fps: 30 },
      limitedBy,
    },
    path: { kind: "direct", protocol: "udp" },
    ...rest,
  };
}
