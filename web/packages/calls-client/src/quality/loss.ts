// How much is lost on a connection: of what arrives, and of what the other side reports.

import {
  countersOf,
  entryOf,
  kindOf,
  numberOf,
  type RawSample,
  type RemoteReport,
  type StatsEntry,
  sinceBefore,
} from "./counters.js";

/**
 * The fewest packets that loss is computed from. One lost of 20 is 5 %, the edge of poor: fewer would let a
 * single packet of a silent microphone (some 2 a second, RFC 7587 §3.1.3) spoil the grade, more would leave
 * quiet sound without one.
 */
export const FEWEST_PACKETS = 20;

/**
 * How long, in milliseconds, what the other side reported counts. Reports come about every 1 s for a picture and
 * 5 s for sound (RFC 3550 §6.2): shorter loses them between samples of 3 s, longer shows loss that is over.
 */
export const REPORT_COUNTS_FOR_MS = 10_000;

/** The worse of both ways in percent; null when neither is known. */
export function worstLoss(
  report: readonly StatsEntry[],
  previous: RawSample | null,
  reports: ReadonlyMap<string, RemoteReport>,
): number | null {
  const known = [receivedLoss(report, previous, "audio"), receivedLoss(report, previous, "video")]
    .concat([...reports.values()].map((one) => one.percent))
    .filter((one) => one !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The loss of all received streams of a kind. */
function receivedLoss(
  report: readonly StatsEntry[],
  previous: RawSample | null,
  kind: "audio" | "video",
): number | null {
  let missing = 0;
  let expected = 0;
  for (const entry of report) {
    if (entry.type !== "inbound-rtp" || kindOf(entry) !== kind) continue;
    const news = sinceBefore(previous, entry.id, countersOf(entry));
    if (news === null) continue;
    expected += Math.max(0, news.packets - news.retransmitted) + news.lost;
    // Sound is not sent again, and what comes too late is not heard. A picture waits for what is sent again; that
    // may be more than what was lost, as bandwidth is probed with it.
    missing += kind === "audio" ? news.lost + news.discarded : Math.max(0, news.lost - news.retransmitted);
  }
  return percentOf(missing, expected);
}

/** What the other side says of what is sent: the reports of now, and those of before that still count. */
export function remoteReports(
  report: readonly StatsEntry[],
  previous: RawSample | null,
  nowMs: number,
): ReadonlyMap<string, RemoteReport> {
  const entries = report.filter((one) => one.type === "remote-inbound-rtp");
  const read = entries.map((entry) => [entry.id, remoteReport(report, entry, previous, nowMs)] as const);
  return new Map(read.flatMap(([id, one]) => (one === null ? [] : [[id, one] as const])));
}

function remoteReport(
  report: readonly StatsEntry[],
  entry: StatsEntry,
  previous: RawSample | null,
  nowMs: number,
): RemoteReport | null {
  const ssrc = numberOf(entry, "ssrc");
  const outbound =
    entryOf(report, entry, "localId") ??
    report.find((one) => one.type === "outbound-rtp" && numberOf(one, "ssrc") === ssrc);
  const lost = numberOf(entry, "packetsLost");
  if (outbound === undefined || lost === null) return null;
  const { packets: sent, retransmitted } = countersOf(outbound);
  const now = { ssrc, at: entry.timestamp, countedMs: nowMs, lost, sent, retransmitted, percent: null };
  const before = previous?.reports.get(entry.id);
  if (before === undefined || before.ssrc !== ssrc || sent < before.sent) return now;
  const age = nowMs - before.countedMs;
  if (entry.timestamp === before.at)
    return age < REPORT_COUNTS_FOR_MS ? before : { ...before, percent: null };
  const percent = sentLoss(before, now);
  // Too little was sent to say anything: the next report is compared with the same one, for a while.
  return percent === null && age < REPORT_COUNTS_FOR_MS
    ? { ...before, at: now.at, percent }
    : { ...now, percent };
}

function sentLoss(before: RemoteReport, now: RemoteReport): number | null {
  const retransmitted = Math.max(0, now.retransmitted - before.retransmitted);
  const sent = Math.max(0, now.sent - before.sent - retransmitted);
  // The reports of two moments and the packets of two others never match to the packet.
  const lost = Math.min(sent, Math.max(0, now.lost - before.lost));
  const firstTime = percentOf(lost, sent);
  if (firstTime === null) return null;
  // What was sent again got lost again as often as what was sent first.
  const arrived = retransmitted * (1 - firstTime / 100);
  return percentOf(Math.max(0, lost - arrived), sent);
}

function percentOf(part: number, whole: number): number | null {
  return whole < FEWEST_PACKETS ? null : Math.min(100, (100 * part) / whole);
}
