// A person without a picture: initials on the person's colour.

import styles from "./Avatar.module.css";
import { cssVariables } from "./cssVariables.js";
import { cx } from "./cx.js";
import { hueOf, initialsOf } from "./hueOf.js";

/** What {@link Avatar} takes. */
export interface AvatarProps {
  readonly userId: string;
  readonly name: string;
  /** `fill` is as large as its place. `m` when left out. */
  readonly size?: "s" | "m" | "l" | "xl" | "fill" | undefined;
  readonly className?: string | undefined;
}

/** Decoration: the name stands beside it, or is the label of what holds it. */
export function Avatar({ userId, name, size = "m", className }: AvatarProps) {
  return (
    <span
      className={cx(styles.avatar, styles[size], className)}
      style={cssVariables({ "--ax-hue": hueOf(userId) })}
      aria-hidden="true"
    >
      <svg viewBox="0 0 100 100" className={styles.letters} aria-hidden="true">
        <text x="50" y="50" dy="0.36em" textAnchor="middle">
          {initialsOf(name)}
        </text>
      </svg>
    </span>
  );
}
