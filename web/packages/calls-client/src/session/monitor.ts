// Every three seconds: how good the connections are, what to send on them, and who is told.

import type { Clock } from "../clock.js";
import type { LocalMedia } from "../media/localMedia.js";
import type { SendLimits } from "../peer/connection.js";
import type { PeerLink } from "../peer/link.js";
import {
  type Adaptation,
  adapt,
  type GradeState,
  gradeStep,
  measure,
  newAdaptation,
  newGrade,
  type RawSample,
  type StatsEntry,
  wantedKbps,
  worstPath,
  worstQuality,
} from "../quality/index.js";
import type { LinkStats, Quality, QualityChoice } from "../state.js";
import type { Links } from "./links.js";

/** The founding document: quality is checked every 3 seconds. */
const SAMPLED_EVERY_MS = 3_000;

/** What may arrive, in kbit/s, by the person's choice; null for no limit. */
const RECEIVED_KBPS: Readonly<Record<QualityChoice, number | null>> = {
  auto: null,
  "720p": null,
  "480p": 800,
  "240p": 350,
  "audio-only": null,
};

/** What a monitor needs. */
export interface MonitorOptions {
  readonly clock: Clock;
  readonly links: Links;
  /** Measures the connections with the server; null while there are none. */
  readonly server: () => Promise<Sample> | null;
  readonly media: LocalMedia;
  readonly choice: () => QualityChoice;
  /** After each round: the worst of all connections and the measurements behind it, with the worst path of all. */
  readonly sampled: (quality: Quality | null, stats: LinkStats | null) => void;
}

/** The grade of a connection, and the measurements behind it. */
export interface Sample {
  readonly quality: Quality | null;
  readonly stats: LinkStats | null;
}

/** What is remembered of one link between two samples. */
interface Watched {
  pc: RTCPeerConnection | null;
  raw: RawSample | null;
  grade: GradeState;
  adaptation: Adaptation;
}

/** One `getStats()` per connection and round; rounds do not overlap. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #watched = new WeakMap<PeerLink, Watched>();
  #cancel: () => void = () => {};
  #running = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#plan();
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  /** The person chose another quality, or a link came: limits are set without waiting for a sample. */
  apply(): void {
    for (const link of this.#options.links.all()) this.#limit(link, this.#of(link));
  }

  #plan(): void {
    this.#cancel = this.#options.clock.after(SAMPLED_EVERY_MS, () => void this.#round());
  }

  async #round(): Promise<void> {
    try {
      const { links, server } = this.#options;
      const sampled = await Promise.all([
        ...[...links.all()].map((link) => this.#sample(link)),
        server() ?? { quality: null, stats: null },
      ]);
      if (!this.#running) return;
      const worst = worstQuality(sampled.map((one) => one.quality));
      const of = sampled.find((one) => one.quality?.grade === worst?.grade && one.stats !== null);
      const path = worstPath(sampled.map((one) => one.stats?.path ?? null));
      this.#options.sampled(worst, of?.stats ? { ...of.stats, path } : null);
    } catch (error) {
      // A connection that closes under our hands; the next round finds those that live.
      console.debug("a connection was not measured", error);
    } finally {
      if (this.#running) this.#plan();
    }
  }

  async #sample(link: PeerLink): Promise<Sample> {
    const watched = this.#of(link);
    const pc = link.connection?.pc ?? null;
    if (pc !== watched.pc) {
      watched.pc = pc;
      watched.raw = null;
    }
    if (pc === null || pc.connectionState !== "connected") return { quality: null, stats: null };
    const report: StatsEntry[] = [];
    for (const entry of (await pc.getStats()).values()) report.push(entry);
    const nowMs = this.#options.clock.now();
    const first = watched.raw === null;
    const { stats, raw } = measure(watched.raw, report, nowMs);
    watched.raw = raw;
    // Without a sample before there are no rates: nothing to judge by.
    if (first) return { quality: watched.grade.quality, stats: null };
    const outgoing = this.#options.media.outgoing.get();
    const videoWanted = outgoing.video !== null;
    watched.grade = gradeStep(watched.grade, {
      ...stats,
      wantedKbps: wantedKbps(watched.adaptation.targets, videoWanted),
    });
    watched.adaptation = adapt(watched.adaptation, {
      stats,
      choice: this.#choice(),
      videoKind: outgoing.videoKind,
      videoWanted,
      nowMs,
    });
    link.state.patch({ stats });
    this.#limit(link, watched);
    return { quality: watched.grade.quality, stats };
  }

  /** With two or more others each picture is encoded several times: 480 lines are enough in a small grid. */
  #choice(): QualityChoice {
    const choice = this.#options.choice();
    return choice === "auto" && this.#options.links.size > 1 ? "480p" : choice;
  }

  #limit(link: PeerLink, watched: Watched): void {
    const choice = this.#options.choice();
    const { targets } = watched.adaptation;
    const limits: SendLimits = {
      ...targets,
      lines: Math.min(targets.lines, lines(this.#choice())),
      audioOnly: choice === "audio-only",
      receiveKbps: RECEIVED_KBPS[choice],
    };
    link.limit(limits);
  }

  #of(link: PeerLink): Watched {
    const known = this.#watched.get(link);
    if (known !== undefined) return known;
    const fresh: Watched = { pc: null, raw: null, grade: newGrade(), adaptation: newAdaptation() };
    this.#watched.set(link, fresh);
    return fresh;
  }
}

function lines(choice: QualityChoice): number {
  if (choice === "480p") return 480;
  return choice === "240p" ? 240 : 720;
}
