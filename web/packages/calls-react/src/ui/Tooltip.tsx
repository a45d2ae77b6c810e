// A short text beside what it is about, on hover and on keyboard focus.

import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";
import { usePortalPlace } from "../theme/PortalScope.js";
import { Kbd } from "./Kbd.js";
import styles from "./Tooltip.module.css";

/** What {@link Tooltip} takes. */
export interface TooltipProps {
  readonly label: string;
  /** The key that does the same. */
  readonly shortcut?: string | undefined;
  readonly side?: "top" | "bottom" | "left" | "right" | undefined;
  /** One element that takes a ref and has a name of its own: the tooltip is no label. */
  readonly children: ReactElement;
}

/** Shows `label` at its child. Belongs inside a `Surface`. */
export function Tooltip({ label, shortcut, side = "top", children }: TooltipProps) {
  const place = usePortalPlace();
  return (
    <Radix.Root disableHoverableContent>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content
          className={styles.tooltip}
          side={side}
          sideOffset={8}
          collisionPadding={8}
          aria-hidden="true"
        >
          {label}
          {shortcut === undefined ? null : <Kbd keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
