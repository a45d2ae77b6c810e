// A small panel at the button that opens it.

import { Popover as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { usePortalPlace } from "../theme/PortalScope.js";
import styles from "./Popover.module.css";

/** What {@link PopoverContent} takes. */
export interface PopoverContentProps {
  /** Names the panel. */
  readonly label: string;
  readonly side?: "top" | "bottom" | "left" | "right" | undefined;
  readonly align?: "start" | "center" | "end" | undefined;
  readonly children: ReactNode;
}

/** The panel; inside a Radix popover root. Takes the focus and gives it back. */
export function PopoverContent({ label, side = "top", align = "center", children }: PopoverContentProps) {
  const place = usePortalPlace();
  return (
    <Radix.Portal container={place}>
      <Radix.Content
        className={styles.popover}
        aria-label={label}
        side={side}
        align={align}
        sideOffset={10}
        collisionPadding={12}
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}

/** What {@link Popover} takes. */
export interface PopoverProps extends PopoverContentProps {
  /** The button: one element that takes a ref. */
  readonly trigger: ReactElement;
  readonly open?: boolean | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
}

/** A button with a panel; Escape and a click outside close it. */
export function Popover({ trigger, open, onOpenChange, ...content }: PopoverProps) {
  return (
    <Radix.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <PopoverContent {...content} />
    </Radix.Root>
  );
}
