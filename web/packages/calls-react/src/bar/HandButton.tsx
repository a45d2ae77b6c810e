// The button that raises the hand.

import { Hand } from "lucide-react";
import { useHand } from "../hooks/useHand.js";
import { IconButton } from "../ui/IconButton.js";

/** Absent where the person may not raise a hand. */
export function HandButton() {
  const hand = useHand();
  if (hand === null) return null;
  return (
    <IconButton
      {...hand.buttonProps}
      variant="raised"
      label={hand.label}
      icon={<Hand aria-hidden="true" />}
      shortcut="H"
      data-state={hand.state === "on" ? "open" : undefined}
    />
  );
}
