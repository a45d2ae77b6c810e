// A switch with words.

import { Switch as Radix } from "radix-ui";
import { useId } from "react";
import styles from "./Switch.module.css";

/** What {@link Switch} takes. */
export interface SwitchProps {
  readonly label: string;
  /** A quieter line below. */
  readonly text?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
}

/** Something that is on or off at once, without a button to confirm. */
export function Switch({ label, text, checked, onChange, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id} className={styles.words}>
        <span>{label}</span>
        {text === undefined ? null : (
          <span id={`${id}-text`} className={styles.text}>
            {text}
          </span>
        )}
      </label>
      <Radix.Root
        id={id}
        className={styles.track}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-label={label}
        aria-describedby={text === undefined ? undefined : `${id}-text`}
      >
        <Radix.Thumb className={styles.thumb} />
      </Radix.Root>
    </div>
  );
}
