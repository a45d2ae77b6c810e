// Three bars for the quality of a connection.

import type { ConnectionQuality } from "@aethex/calls-client";
import { useI18n } from "../i18n/index.js";
import styles from "./QualityBars.module.css";

/** What {@link QualityBars} takes. */
export interface QualityBarsProps {
  /** Null: not measured yet. */
  readonly grade: ConnectionQuality | null;
  /** The label beside it says it already. */
  readonly decorative?: boolean | undefined;
}

const filled: Readonly<Record<ConnectionQuality, number>> = { good: 3, fair: 2, poor: 1 };

/** Bars in the size and colour of the text around; few and coloured when the connection is not good. */
export function QualityBars({ grade, decorative = false }: QualityBarsProps) {
  const { t } = useI18n();
  const count = grade === null ? 0 : filled[grade];
  return (
    <span
      className={styles.bars}
      data-grade={grade ?? "unknown"}
      {...(decorative
        ? { "aria-hidden": true }
        : { role: "img", "aria-label": t(grade === null ? "quality.unknown" : `quality.${grade}`) })}
    >
      <svg viewBox="0 0 16 14" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            data-on={bar < count || undefined}
            x={bar * 6}
            y={9 - bar * 4}
            width="4"
            height={5 + bar * 4}
            rx="1.5"
          />
        ))}
      </svg>
    </span>
  );
}
