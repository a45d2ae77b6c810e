// How long something has lasted.

import { useEffect, useState } from "react";
import { useI18n } from "../i18n/index.js";
import styles from "./Timer.module.css";

/** What {@link Timer} takes. */
export interface TimerProps {
  /** When it began, in milliseconds since the epoch on this device's clock. */
  readonly sinceMs: number;
  /** The clock; `Date.now` when left out. */
  readonly now?: (() => number) | undefined;
}

/** A running clock in tabular digits. Not read out by itself. */
export function Timer({ sinceMs, now = Date.now }: TimerProps) {
  const { clock, duration, t } = useI18n();
  const [seconds, setSeconds] = useState(() => secondsSince(sinceMs, now()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      const elapsed = now() - sinceMs;
      setSeconds(secondsSince(sinceMs, now()));
      timer = setTimeout(tick, 1000 - (((elapsed % 1000) + 1000) % 1000) + 5); // just after the next full second
    };
    tick();
    return () => clearTimeout(timer);
  }, [sinceMs, now]);
  return (
    <span
      className={styles.timer}
      role="timer"
      aria-label={t("call.duration", { duration: duration(seconds) })}
    >
      {clock(seconds)}
    </span>
  );
}

function secondsSince(sinceMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - sinceMs) / 1000));
}
