// A slider with words.

import { useId } from "react";
import { cssVariables } from "./cssVariables.js";
import styles from "./Slider.module.css";

/** What {@link Slider} takes. */
export interface SliderProps {
  readonly label: string;
  /** The value in words, as it is shown and read out: "40 %". */
  readonly text: string;
  /** 0 to 1. */
  readonly value: number;
  /** Told while it moves, in steps of a twentieth. */
  readonly onChange: (value: number) => void;
}

/** A share of a whole that takes effect at once. The browser's own control: keys, touch and readers know it. */
export function Slider({ label, text, value, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className={styles.slider}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.row}>
        <input
          id={id}
          type="range"
          className={styles.range}
          style={cssVariables({ "--ax-value": value })}
          min={0}
          max={100}
          step={5}
          value={Math.round(value * 100)}
          aria-valuetext={text}
          onChange={(event) => onChange(Number(event.target.value) / 100)}
        />
        <span className={styles.text} aria-hidden="true">
          {text}
        </span>
      </div>
    </div>
  );
}
