// A link whose capacity changes, with a browser that sends over it: a model in steps of one sample.

import { type Adaptation, adapt, newAdaptation, type Targets } from "../../src/quality/index.js";
import type { LinkStats } from "../../src/state.js";
import { linkStats } from "./linkStats.js";

/** Chromium tells what is available, Firefox does not (W3C webrtc-stats `availableOutgoingBitrate`). */
export type Browser = "tells-what-is-available" | "says-nothing";

/** A capacity in kbit/s, for this many samples of three seconds. */
export interface Stretch {
  readonly kbps: number;
  readonly samples: number;
}

/** What a moving picture of so many lines needs in kbit/s to look well. */
type Need = Readonly<Record<Targets["lines"], number>>;

const LIVELY: Need = { 240: 500, 480: 1000, 720: 2500 };

/** Runs the adaptation over the link. */
export function simulate(browser: Browser, stretches: readonly Stretch[], { needKbps = LIVELY } = {}) {
  let state: Adaptation = newAdaptation();
  let believedKbps = 600;
  const samples: { readonly targets: Targets; readonly stats: LinkStats }[] = [];
  const capacities = stretches.flatMap(({ kbps, samples: count }) => Array<number>(count).fill(kbps));
  for (const [round, capacity] of capacities.entries()) {
    const { audioKbps, videoKbps, lines, videoPaused } = state.targets;
    // The browser's own congestion control sends no more than it believes in; the sound is there first.
    const wanted = videoPaused ? 0 : Math.min(videoKbps, needKbps[lines]);
    const video = Math.max(0, Math.min(wanted, believedKbps - audioKbps));
    const sent = audioKbps + video;
    const stats = measured(browser, { sent, capacity, audioKbps, video, believedKbps });
    // It backs off below what got through, and believes at most one and a half of what it has sent.
    believedKbps =
      sent > capacity ? capacity * 0.85 : Math.max(believedKbps, Math.min(capacity * 0.98, sent * 1.5));
    state = adapt(state, {
      stats,
      choice: "auto",
      videoKind: "camera",
      videoWanted: true,
      nowMs: round * 3000,
    });
    samples.push({ targets: state.targets, stats });
  }
  return { samples, state };
}

interface Round {
  readonly sent: number;
  readonly capacity: number;
  readonly audioKbps: number;
  readonly video: number;
  readonly believedKbps: number;
}

function measured(browser: Browser, { sent, capacity, audioKbps, video, believedKbps }: Round): LinkStats {
  const over = Math.max(0, sent - capacity);
  return linkStats({
    audioKbps: Math.round(audioKbps),
    videoKbps: Math.round(video),
    lossPercent: (100 * over) / sent,
    rttMs: over > 0 ? 400 : 40,
    availableKbps: browser === "says-nothing" ? null : Math.round(Math.min(believedKbps, capacity)),
  });
}
