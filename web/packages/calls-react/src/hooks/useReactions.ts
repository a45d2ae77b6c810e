// Reactions: those of the last moments, and giving one.

import type { Reaction } from "@aethex/calls-client";
import { useCallback } from "react";
import { useIntent } from "../bar/useIntent.js";
import { useCallOptions } from "../provider/options.js";
import { useCall } from "./useCall.js";

/** What {@link useReactions} gives. */
export interface Reactions {
  /** Those of the last three seconds, oldest first. */
  readonly shown: readonly Reaction[];
  /** The person may react, and the product offers it. */
  readonly allowed: boolean;
  /** Shows `reaction` to everybody: 1 to 32 bytes, usually an emoji. A refusal shows as a notice. */
  react(reaction: string): void;
}

/**
 * The reactions of the call.
 *
 * @throws Error outside of a `SessionProvider`.
 */
export function useReactions(): Reactions {
  const intend = useIntent();
  const { features } = useCallOptions();
  const shown = useCall((call) => call.reactions);
  const capable = useCall((call) => call.capabilities.has("react"));
  const react = useCallback((reaction: string) => intend({ type: "react", reaction }), [intend]);
  return { shown, allowed: capable && features.reactions !== false, react };
}
