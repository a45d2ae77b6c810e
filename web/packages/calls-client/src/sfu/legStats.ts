// How good the connections with the server are: two measurements, one grade.

import type { Clock } from "../clock.js";
import {
  type GradeState,
  gradeStep,
  measure,
  newGrade,
  type RawSample,
  type StatsEntry,
  worstPath,
} from "../quality/index.js";
import type { Sample } from "../session/monitor.js";
import type { LinkStats } from "../state.js";

/** What is measured. */
export interface Legs {
  readonly publisher: RTCPeerConnection;
  readonly subscriber: RTCPeerConnection;
  /** What the pictures that are sent take at most, in kbit/s; null while none is. */
  readonly wantedKbps: number | null;
}

interface Watched {
  readonly pc: RTCPeerConnection;
  readonly raw: RawSample;
}

/** Remembers what the next measurement is compared with. One `getStats()` per connection and round. */
export class LegStats {
  #before: { readonly publisher: Watched; readonly subscriber: Watched } | null = null;
  #grade: GradeState = newGrade();

  /** Measures both. The first round has no rates: nothing to judge by. */
  async measure({ publisher, subscriber, wantedKbps }: Legs, clock: Clock): Promise<Sample> {
    const [sent, received] = await Promise.all([reportOf(publisher), reportOf(subscriber)]);
    const nowMs = clock.now();
    const before = this.#before;
    const up = measure(rawOf(before?.publisher, publisher), sent, nowMs);
    const down = measure(rawOf(before?.subscriber, subscriber), received, nowMs);
    this.#before = {
      publisher: { pc: publisher, raw: up.raw },
      subscriber: { pc: subscriber, raw: down.raw },
    };
    if (before?.publisher.pc !== publisher || before.subscriber.pc !== subscriber) {
      return { quality: this.#grade.quality, stats: null };
    }
    const stats = joined(up.stats, down.stats);
    this.#grade = gradeStep(this.#grade, { ...stats, wantedKbps });
    return { quality: this.#grade.quality, stats };
  }
}

/** Both legs as one connection: what is sent of the one, what is received of the other, the worse of what both have. */
export function joined(up: LinkStats, down: LinkStats): LinkStats {
  return {
    rttMs: worse(up.rttMs, down.rttMs),
    lossPercent: worse(up.lossPercent, down.lossPercent),
    // The receiving leg sends next to nothing: what it believes of its way out says nothing.
    availableKbps: up.availableKbps,
    jitterMs: down.jitterMs,
    audio: {
      sendKbps: up.audio.sendKbps,
      receiveKbps: down.audio.receiveKbps,
      codec: up.audio.codec ?? down.audio.codec,
    },
    video: {
      sendKbps: up.video.sendKbps,
      receiveKbps: down.video.receiveKbps,
      codec: up.video.codec ?? down.video.codec,
      sent: up.video.sent,
      received: down.video.received,
      limitedBy: up.video.limitedBy,
    },
    path: worstPath([up.path, down.path]),
  };
}

function worse(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function rawOf(watched: Watched | undefined, pc: RTCPeerConnection): RawSample | null {
  return watched?.pc === pc ? watched.raw : null;
}

async function reportOf(pc: RTCPeerConnection): Promise<StatsEntry[]> {
  const report: StatsEntry[] = [];
  for (const entry of (await pc.getStats()).values()) report.push(entry);
  return report;
}
