// getStats() reports in the manner of two browsers, small but complete in what is read of them.

import type { StatsEntry } from "../../src/quality/index.js";

/** What is counted since the connection began. */
export interface Counted {
  /** Browser's clock, in milliseconds. */
  readonly at?: number;
  readonly audio?: Partial<Stream>;
  readonly video?: Partial<Stream>;
  readonly sentAudio?: Partial<SentStream>;
  readonly sentVideo?: Partial<SentStream>;
  /** Fields of the pair in use, and of its candidates. */
  readonly pair?: Readonly<Record<string, unknown>>;
  readonly local?: Readonly<Record<string, unknown>>;
  readonly remote?: Readonly<Record<string, unknown>>;
  readonly base?: number;
}

interface Stream {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly retransmitted: number;
  readonly discarded: number;
  readonly frames: number;
}

interface SentStream extends Stream {
  /** As the other side reports, and when it did. */
  readonly reportedLost: number;
  readonly reportedAt: number;
  readonly reportedRtt: number;
  readonly limit: string;
}

/** As Chromium 120 and later write it. `base` tells apart the streams of one connection from those of the next. */
export function chromiumReport(counted: Counted): StatsEntry[] {
  const { at = 0, base = 1000, audio = {}, video = {}, sentAudio = {}, sentVideo = {} } = counted;
  const entry = (id: string, type: string, fields: object): StatsEntry => ({
    id,
    type,
    timestamp: at,
    ...fields,
  });
  return [
    entry("T01", "transport", { selectedCandidatePairId: "CPb", dtlsState: "connected" }),
    entry("CPa", "candidate-pair", {
      state: "succeeded",
      nominated: true,
      bytesSent: 10,
      bytesReceived: 10,
      currentRoundTripTime: 9,
    }),
    entry("CPb", "candidate-pair", {
      state: "succeeded",
      nominated: true,
      localCandidateId: "Il",
      remoteCandidateId: "Ir",
      currentRoundTripTime: 0.042,
      availableOutgoingBitrate: 1_250_400,
      ...counted.pair,
    }),
    entry("Il", "local-candidate", { candidateType: "host", protocol: "udp", ...counted.local }),
    entry("Ir", "remote-candidate", { candidateType: "srflx", protocol: "udp", ...counted.remote }),
    entry("COT01_111", "codec", { mimeType: "audio/opus", clockRate: 48000 }),
    entry("COT01_98", "codec", { mimeType: "video/VP9", clockRate: 90000 }),
    entry(`IT01A${base}`, "inbound-rtp", {
      kind: "audio",
      ssrc: base,
      codecId: "COT01_111",
      jitter: 0.006,
      ...received(audio),
    }),
    entry(`IT01V${base + 1}`, "inbound-rtp", {
      kind: "video",
      ssrc: base + 1,
      codecId: "COT01_98",
      jitter: 0.02,
      frameWidth: 1280,
      frameHeight: 720,
      framesPerSecond: 29,
      ...received(video),
    }),
    entry(`OT01A${base + 2}`, "outbound-rtp", {
      kind: "audio",
      ssrc: base + 2,
      codecId: "COT01_111",
      ...sent(sentAudio),
    }),
    entry(`OT01V${base + 3}`, "outbound-rtp", {
      kind: "video",
      ssrc: base + 3,
      codecId: "COT01_98",
      frameWidth: 640,
      frameHeight: 480,
      framesPerSecond: 30,
      qualityLimitationReason: sentVideo.limit ?? "none",
      ...sent(sentVideo),
    }),
    ...reported(`RIA${base + 2}`, "audio", `OT01A${base + 2}`, base + 2, sentAudio, at),
    ...reported(`RIV${base + 3}`, "video", `OT01V${base + 3}`, base + 3, sentVideo, at),
  ];
}

/** As Firefox ESR writes it: no transport, no available bit rate, no frame rate of its own, the pair is `selected`. */
export function firefoxReport(counted: Counted): StatsEntry[] {
  const hidden = [
    "availableOutgoingBitrate",
    "currentRoundTripTime",
    "framesPerSecond",
    "qualityLimitationReason",
  ];
  return chromiumReport(counted)
    .filter((one) => one.type !== "transport")
    .map((one) => (one.type === "candidate-pair" ? { ...one, selected: one.id === "CPb" } : one))
    .map((one) => Object.fromEntries(Object.entries(one).filter(([field]) => !hidden.includes(field))))
    .map(({ id, type, timestamp, ...fields }) => ({
      id: String(id),
      type: String(type),
      timestamp: Number(timestamp),
      ...fields,
    }));
}

function received(stream: Partial<Stream>) {
  return {
    packetsReceived: stream.packets ?? 0,
    bytesReceived: stream.bytes ?? 0,
    packetsLost: stream.lost ?? 0,
    retransmittedPacketsReceived: stream.retransmitted ?? 0,
    packetsDiscarded: stream.discarded ?? 0,
    framesDecoded: stream.frames ?? 0,
  };
}

function sent(stream: Partial<SentStream>) {
  return {
    packetsSent: stream.packets ?? 0,
    bytesSent: stream.bytes ?? 0,
    retransmittedPacketsSent: stream.retransmitted ?? 0,
    framesEncoded: stream.frames ?? 0,
  };
}

function reported(
  id: string,
  kind: string,
  localId: string,
  ssrc: number,
  { reportedLost, reportedAt, reportedRtt }: Partial<SentStream>,
  at: number,
): StatsEntry[] {
  if (reportedLost === undefined) return [];
  const fields = { kind, localId, ssrc, packetsLost: reportedLost, roundTripTime: reportedRtt ?? 0.05 };
  return [{ id, type: "remote-inbound-rtp", timestamp: reportedAt ?? at, ...fields }];
}
