// A choice from a list: the browser's own control, which phones and screen readers know best.

import { ChevronDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import styles from "./Field.module.css";
import { VisuallyHidden } from "./VisuallyHidden.js";

/** One choice. */
export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

/** What {@link Select} takes. */
export interface SelectProps {
  readonly label: string;
  /** Shown to screen readers only, for example when an icon says it. */
  readonly labelHidden?: boolean | undefined;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly icon?: ReactNode;
  /** A quieter line below. */
  readonly hint?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A labelled list box. */
export function Select({
  label,
  labelHidden = false,
  value,
  options,
  onChange,
  icon,
  hint,
  disabled,
}: SelectProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {labelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
      </label>
      <span className={styles.control}>
        {icon === undefined ? null : (
          <span className={styles.icon} aria-hidden="true">
            {icon}
          </span>
        )}
        <select
          id={id}
          className={styles.select}
          value={value}
          disabled={disabled}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown className={styles.chevron} aria-hidden="true" />
      </span>
      {hint === undefined ? null : (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
    </div>
  );
}
