// A button with words.

import { type ComponentPropsWithoutRef, forwardRef, type ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx.js";
import { Spinner } from "./Spinner.js";

/** `primary`: the one thing to do here. `danger`: ends or removes something. */
export type ButtonVariant = "primary" | "outline" | "quiet" | "danger";

/** What {@link Button} takes, beside the attributes of a `button`. */
export interface ButtonProps extends ComponentPropsWithoutRef<"button"> {
  readonly variant?: ButtonVariant | undefined;
  /** `s` for rows and banners, `l` for the main action of a screen. */
  readonly size?: "s" | "m" | "l" | undefined;
  /** Before the words; decoration. */
  readonly icon?: ReactNode;
  /** What it did is under way: shows a spinner and ignores clicks, without losing the focus. */
  readonly busy?: boolean | undefined;
  /** As wide as its place. */
  readonly wide?: boolean | undefined;
}

/** A button; `type="button"` unless told otherwise. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  {
    variant = "outline",
    size = "m",
    icon,
    busy = false,
    wide = false,
    className,
    children,
    onClick,
    ...rest
  },
  ref,
) {
  return (
    <button
      type="button"
      {...rest}
      ref={ref}
      className={cx(styles.button, styles[variant], styles[size], wide && styles.wide, className)}
      aria-disabled={busy || rest["aria-disabled"]}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner label={null} /> : icon}
      <span className={styles.words}>{children}</span>
    </button>
  );
});
