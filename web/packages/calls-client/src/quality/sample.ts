// One measurement of a connection: two getStats() reports become the numbers that people see.

import type { LinkStats, VideoSize } from "../state.js";
import {
  countersOf,
  entryOf,
  kindOf,
  numberOf,
  type RawSample,
  type StatsEntry,
  type StreamCounters,
  sinceBefore,
  textOf,
} from "./counters.js";
import { remoteReports, worstLoss } from "./loss.js";
import { pathOf, selectedPair } from "./path.js";

/** The numbers, and what the next measurement is to be compared with. */
export interface Measured {
  readonly stats: LinkStats;
  readonly raw: RawSample;
}

/**
 * Measures a connection. `previous` is the `raw` of about three seconds before, null the first time; `report` are
 * the entries of `getStats()`; `nowMs` counts on any clock that does not jump. What a browser does not say is
 * null. The first sample of a stream has no bit rate (0) and no loss (null).
 */
export function measure(previous: RawSample | null, report: readonly StatsEntry[], nowMs: number): Measured {
  const streams = new Map<string, StreamCounters>();
  for (const entry of report) {
    if (entry.type === "inbound-rtp" || entry.type === "outbound-rtp")
      streams.set(entry.id, countersOf(entry));
  }
  const reports = remoteReports(report, previous, nowMs);
  const reading = { report, previous, elapsedMs: previous === null ? 0 : nowMs - previous.nowMs };
  const pair = selectedPair(report);
  const available = numberOf(pair, "availableOutgoingBitrate");
  return {
    raw: { nowMs, streams, reports },
    stats: {
      rttMs: roundTrip(report, pair),
      lossPercent: worstLoss(report, previous, reports),
      availableKbps: available === null ? null : Math.round(available / 1000),
      jitterMs: jitter(report),
      audio: {
        sendKbps: kbps(reading, "outbound-rtp", "audio"),
        receiveKbps: kbps(reading, "inbound-rtp", "audio"),
        codec: codecOf(report, "audio"),
      },
      video: {
        sendKbps: kbps(reading, "outbound-rtp", "video"),
        receiveKbps: kbps(reading, "inbound-rtp", "video"),
        codec: codecOf(report, "video"),
        sent: largest(reading, "outbound-rtp"),
        received: largest(reading, "inbound-rtp"),
        limitedBy: limitedBy(report),
      },
      path: pathOf(report, pair),
    },
  };
}

interface Reading {
  readonly report: readonly StatsEntry[];
  readonly previous: RawSample | null;
  readonly elapsedMs: number;
}

type Direction = "inbound-rtp" | "outbound-rtp";

function rtp(report: readonly StatsEntry[], direction: Direction, kind: "audio" | "video"): StatsEntry[] {
  return report.filter((one) => one.type === direction && kindOf(one) === kind);
}

/** Of the ICE checks of the pair in use; of receiver reports where the pair does not tell. In milliseconds. */
function roundTrip(report: readonly StatsEntry[], pair: StatsEntry | undefined): number | null {
  const reported = report
    .filter((one) => one.type === "remote-inbound-rtp")
    .map((one) => numberOf(one, "roundTripTime"))
    .filter((one) => one !== null);
  const ofPair = numberOf(pair, "currentRoundTripTime");
  const seconds = ofPair ?? (reported.length === 0 ? null : Math.max(...reported));
  return seconds === null ? null : Math.round(seconds * 1000);
}

/** Of the sound, which suffers from it; of the picture where there is no sound. In milliseconds. */
function jitter(report: readonly StatsEntry[]): number | null {
  for (const kind of ["audio", "video"] as const) {
    const known = rtp(report, "inbound-rtp", kind)
      .map((one) => numberOf(one, "jitter"))
      .filter((one) => one !== null);
    if (known.length > 0) return Math.round(Math.max(...known) * 1000);
  }
  return null;
}

function kbps(reading: Reading, direction: Direction, kind: "audio" | "video"): number {
  const { report, previous, elapsedMs } = reading;
  if (elapsedMs <= 0) return 0;
  const bytes = rtp(report, direction, kind)
    .map((one) => sinceBefore(previous, one.id, countersOf(one))?.bytes ?? 0)
    .reduce((sum, one) => sum + one, 0);
  // Bits per millisecond are kbit/s.
  return Math.round((bytes * 8) / elapsedMs);
}

/** The codec that is sent, else the one that is received: `opus`, `VP9`. */
function codecOf(report: readonly StatsEntry[], kind: "audio" | "video"): string | null {
  const streams = [...rtp(report, "outbound-rtp", kind), ...rtp(report, "inbound-rtp", kind)];
  for (const stream of streams) {
    const name = textOf(entryOf(report, stream, "codecId"), "mimeType")
      ?.split("/")
      .at(-1);
    if (name !== undefined && name !== "") return name;
  }
  return null;
}

/** The largest picture of a direction; null when none moves. */
function largest(reading: Reading, direction: Direction): VideoSize | null {
  const sizes = rtp(reading.report, direction, "video")
    .map((entry) => sizeOf(reading, entry))
    .filter((one) => one !== null)
    .sort((one, other) => other.width * other.height - one.width * one.height);
  return sizes[0] ?? null;
}

function sizeOf({ previous, elapsedMs }: Reading, entry: StatsEntry): VideoSize | null {
  const width = numberOf(entry, "frameWidth");
  const height = numberOf(entry, "frameHeight");
  if (width === null || height === null || width === 0 || height === 0) return null;
  const frames = sinceBefore(previous, entry.id, countersOf(entry))?.frames ?? null;
  // A stream that stands still keeps its size: nothing is sent or received then.
  if (frames === 0) return null;
  const counted = frames === null || elapsedMs <= 0 ? 0 : (frames * 1000) / elapsedMs;
  return { width, height, fps: Math.round(numberOf(entry, "framesPerSecond") ?? counted) };
}

type Limit = LinkStats["video"]["limitedBy"];

/** A limit of any sent picture; the CPU first, as it is the one that a change of codec helps. */
function limitedBy(report: readonly StatsEntry[]): Limit {
  const reasons = rtp(report, "outbound-rtp", "video").map((one) => textOf(one, "qualityLimitationReason"));
  const limits: readonly Limit[] = ["cpu", "bandwidth", "other"];
  return limits.find((limit) => reasons.includes(limit)) ?? "none";
}
