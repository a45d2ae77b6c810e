// The call that the pieces below are about.

import type { CallSession } from "@aethex/calls-client";
import { createContext, type ReactNode, useContext } from "react";

const SessionContext = createContext<CallSession | null>(null);

/** Gives a call to the pieces inside. */
export function SessionProvider({ session, children }: { session: CallSession; children: ReactNode }) {
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/**
 * The call of the nearest {@link SessionProvider}.
 *
 * @throws When there is none: a piece of a call was put outside of one.
 */
export function useSession(): CallSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("This piece belongs inside <SessionProvider>.");
  return session;
}

/** The call of the nearest {@link SessionProvider}; null outside of one. */
export function useSessionIfAny(): CallSession | null {
  return useContext(SessionContext);
}
