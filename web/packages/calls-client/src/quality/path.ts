// How the packets of a connection travel: the candidate pair in use.

import type { MediaPath } from "../state.js";
import { entryOf, numberOf, type StatsEntry, textOf } from "./counters.js";

/**
 * The pair in use. The transport names it (W3C webrtc-stats `selectedCandidatePairId`); older Firefox has no
 * transport entry and marks the pair `selected`; where neither is there, it is the pair that carried the most.
 */
export function selectedPair(report: readonly StatsEntry[]): StatsEntry | undefined {
  const named = report
    .filter((one) => one.type === "transport")
    .map((one) => entryOf(report, one, "selectedCandidatePairId"))
    .filter((one) => one !== undefined);
  const pairs = report.filter((one) => one.type === "candidate-pair");
  const marked = pairs.filter((one) => one.selected === true);
  const working = pairs.filter((one) => one.state === "succeeded" && one.nominated === true);
  const choices = [named, marked, working].find((some) => some.length > 0) ?? [];
  return choices.reduce<StatsEntry | undefined>(
    (most, one) => (most === undefined || carried(one) > carried(most) ? one : most),
    undefined,
  );
}

/** The way that a pair takes; null when its candidates are not in the report. */
export function pathOf(report: readonly StatsEntry[], pair: StatsEntry | undefined): MediaPath | null {
  const local = entryOf(report, pair, "localCandidateId");
  const remote = entryOf(report, pair, "remoteCandidateId");
  if (local === undefined && remote === undefined) return null;
  const ownRelay = textOf(local, "candidateType") === "relay";
  const relayed = ownRelay || textOf(remote, "candidateType") === "relay";
  // Between this device and its own relay, or else between this device and the other side.
  const protocol = ownRelay ? textOf(local, "relayProtocol") : textOf(local ?? remote, "protocol");
  return { kind: relayed ? "relay" : "direct", protocol: protocolOf(protocol) };
}

/** Whether a connection goes through a relay of this side. */
export function usesOwnRelay(report: readonly StatsEntry[]): boolean {
  return textOf(entryOf(report, selectedPair(report), "localCandidateId"), "candidateType") === "relay";
}

/** Of several connections the way that is furthest from direct UDP; null when none is known. */
export function worstPath(paths: readonly (MediaPath | null)[]): MediaPath | null {
  const far = (path: MediaPath): number =>
    (path.kind === "relay" ? 3 : 0) + ["udp", "tcp", "tls"].indexOf(path.protocol);
  return paths.reduce((worst, one) => {
    if (one === null || worst === null) return worst ?? one;
    return far(one) > far(worst) ? one : worst;
  }, null);
}

function carried(pair: StatsEntry): number {
  return (numberOf(pair, "bytesSent") ?? 0) + (numberOf(pair, "bytesReceived") ?? 0);
}

function protocolOf(word: string | null): MediaPath["protocol"] {
  const known = word?.toLowerCase();
  return known === "tcp" || known === "tls" ? known : "udp";
}
