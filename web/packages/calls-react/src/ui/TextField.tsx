// A line of text to fill in.

import { type ComponentPropsWithoutRef, forwardRef, type ReactNode, useId } from "react";
import { cx } from "./cx.js";
import styles from "./Field.module.css";
import { VisuallyHidden } from "./VisuallyHidden.js";

/** What {@link TextField} takes, beside the attributes of an `input`. */
export interface TextFieldProps extends Omit<ComponentPropsWithoutRef<"input">, "size"> {
  readonly label: string;
  readonly labelHidden?: boolean | undefined;
  readonly icon?: ReactNode;
  /** A quieter line below. */
  readonly hint?: ReactNode;
  /** What is wrong and how to put it right; shown in place of the hint. */
  readonly error?: string | undefined;
  /** At the end of the field, for example a button. */
  readonly end?: ReactNode;
}

/** A labelled input. */
export const TextField = forwardRef<HTMLInputElement, TextFieldProps>(function TextField(
  { label, labelHidden = false, icon, hint, error, end, className, id: ownId, ...rest },
  ref,
) {
  const madeId = useId();
  const id = ownId ?? madeId;
  const note = error ?? hint;
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={styles.label}>
        {labelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
      </label>
      <span className={styles.control} data-invalid={error !== undefined || undefined}>
        {icon === undefined ? null : (
          <span className={styles.icon} aria-hidden="true">
            {icon}
          </span>
        )}
        <input
          {...rest}
          ref={ref}
          id={id}
          className={styles.input}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={note === undefined ? rest["aria-describedby"] : `${id}-note`}
        />
        {end}
      </span>
      {note === undefined ? null : (
        <span id={`${id}-note`} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </span>
      )}
    </div>
  );
});
