// A round button with an icon; its label is its name and its tooltip.

import { type ComponentPropsWithoutRef, forwardRef, type ReactNode } from "react";
import { cx } from "./cx.js";
import styles from "./IconButton.module.css";
import { Tooltip, type TooltipProps } from "./Tooltip.js";

/** What {@link IconButton} takes, beside the attributes of a `button`. */
export interface IconButtonProps extends Omit<ComponentPropsWithoutRef<"button">, "aria-label" | "children"> {
  /** Names the action. */
  readonly label: string;
  readonly icon: ReactNode;
  /** `quiet` on surfaces, `raised` in the bar, `glass` on video. */
  readonly variant?: "quiet" | "raised" | "glass" | "danger" | "accent" | undefined;
  readonly size?: "s" | "m" | "l" | undefined;
  /** The key that does the same, shown in the tooltip. */
  readonly shortcut?: string | undefined;
  readonly tooltipSide?: TooltipProps["side"];
  /** A small number or dot at the corner; `label` says what it means. */
  readonly badge?: ReactNode;
}

/** A round icon button with a tooltip. Belongs inside a `Surface`. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, icon, variant = "quiet", size = "m", shortcut, tooltipSide, badge, className, ...rest },
  ref,
) {
  return (
    <Tooltip label={label} shortcut={shortcut} side={tooltipSide}>
      <button
        type="button"
        {...rest}
        ref={ref}
        aria-label={label}
        aria-describedby={rest["aria-describedby"]} // not the tooltip: it would say the name twice
        className={cx(styles.button, styles[variant], styles[size], className)}
      >
        {icon}
        {badge === undefined || badge === null ? null : (
          <span className={styles.badge} aria-hidden="true">
            {badge}
          </span>
        )}
      </button>
    </Tooltip>
  );
});
