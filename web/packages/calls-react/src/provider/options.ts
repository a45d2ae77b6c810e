// What every piece below a provider may want to know beside language and theme.

import { createContext, useContext } from "react";

/** What may be switched off. All are on when left out. */
export interface CallFeatures {
  /** Sharing the screen. */
  readonly screenShare?: boolean;
  /** Reacting: a sign that floats over the call. */
  readonly reactions?: boolean;
  /** Raising one's hand. */
  readonly raiseHand?: boolean;
  /** Inviting more people. */
  readonly invite?: boolean;
  /** The small window that stays over other pages. */
  readonly miniPlayer?: boolean;
  /** Single-letter keys such as M; those with Ctrl or Cmd stay (WCAG 2.1.4). */
  readonly singleKeys?: boolean;
  /** "Check my connection" before a call. */
  readonly connectionCheck?: boolean;
  /** The screen after a call. Without it `onCallEnd` comes at once, however the call ended. */
  readonly endedScreen?: boolean;
}

/** How the pieces below a provider behave. */
export interface CallOptions {
  readonly features: CallFeatures;
}

export const CallOptionsScope = createContext<CallOptions>({ features: {} });

/** The options of the nearest provider, or the defaults. */
export function useCallOptions(): CallOptions {
  return useContext(CallOptionsScope);
}
