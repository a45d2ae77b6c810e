// A round button of the bar that turns something on and off, with a menu beside it.

import { ChevronUp } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { forwardRef, type ReactNode } from "react";
import { cx } from "./cx.js";
import { PopoverContent } from "./Popover.js";
import styles from "./ToggleButton.module.css";
import { Tooltip } from "./Tooltip.js";

/** What {@link ToggleButton} takes. */
export interface ToggleButtonProps {
  /** Names the action, so it changes with the state: "Turn camera off". */
  readonly label: string;
  readonly icon: ReactNode;
  /** `failed`: wanted, but it does not work; shown with a mark. */
  readonly state: "on" | "off" | "failed" | "starting";
  readonly onToggle: () => void;
  readonly shortcut?: string | undefined;
  /** What the small button beside it opens. */
  readonly menu?: ReactNode;
  /** Names the small button. */
  readonly menuLabel?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A toggle and, with `menu`, a second button for its choices. */
export const ToggleButton = forwardRef<HTMLButtonElement, ToggleButtonProps>(function ToggleButton(
  { label, icon, state, onToggle, shortcut, menu, menuLabel, disabled = false },
  ref,
) {
  return (
    <span className={cx(styles.group, menu !== undefined && styles.split)} data-state={state}>
      <Tooltip label={label} shortcut={shortcut}>
        <button
          ref={ref}
          type="button"
          className={styles.toggle}
          aria-label={label}
          aria-describedby={undefined}
          aria-busy={state === "starting" || undefined}
          disabled={disabled}
          onClick={onToggle}
        >
          {icon}
          {state === "failed" ? (
            <span className={styles.mark} aria-hidden="true">
              !
            </span>
          ) : null}
        </button>
      </Tooltip>
      {menu === undefined ? null : (
        <Radix.Root>
          <Radix.Trigger className={styles.more} aria-label={menuLabel}>
            <ChevronUp aria-hidden="true" />
          </Radix.Trigger>
          <PopoverContent label={menuLabel ?? label}>{menu}</PopoverContent>
        </Radix.Root>
      )}
    </span>
  );
});
