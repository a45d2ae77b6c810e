// A bar that moves with a voice.

import type { Levels } from "@aethex/calls-client";
import { useRef } from "react";
import styles from "./LevelMeter.module.css";
import { useLevel } from "./useLevel.js";

/** What {@link LevelMeter} takes. */
export interface LevelMeterProps {
  readonly levels: Levels;
  /** Whose; `self` when left out: the own microphone. */
  readonly userId?: string | undefined;
  /** Names it. */
  readonly label: string;
}

/** Shows a loudness about ten times a second, without rendering. */
export function LevelMeter({ levels, userId = "self", label }: LevelMeterProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLevel(ref, levels, userId);
  return (
    <div ref={ref} className={styles.meter} role="img" aria-label={label}>
      <div className={styles.level} />
    </div>
  );
}
