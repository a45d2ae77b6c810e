// What runs inside a page before its own code: counts, measures and breaks things on purpose.

import { type CaptureProbe, probeCapture } from "./capture.js";
import { type ConnectionProbe, probeConnections } from "./connections.js";
import { type Flaw, flawsOf } from "./controls.js";
import { type HearingProbe, probeHearing } from "./hearing.js";
import { motionOf, type Picture } from "./motion.js";
import { probePolicy, type Violation } from "./policy.js";

/** The probes of one page. */
export interface Probes {
  readonly capture: CaptureProbe;
  readonly connections: ConnectionProbe;
  readonly hearing: HearingProbe;
  /** Violations of the content security policy. */
  readonly violations: readonly Violation[];
  /** How much the picture of the elements that a selector finds moves. */
  motion(selector: string): Promise<Picture | null>;
  /** What is wrong with the controls inside the elements that a selector finds. */
  flaws(selector: string, least: number): Flaw[];
}

declare global {
  interface Window {
    aethexProbes?: Probes;
  }
}

if (window.aethexProbes === undefined) {
  window.aethexProbes = {
    capture: probeCapture(),
    connections: probeConnections(),
    hearing: probeHearing(),
    violations: probePolicy(),
    motion: motionOf,
    flaws: flawsOf,
  };
}
