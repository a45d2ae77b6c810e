// The client that the pieces below call through.

import type { CallClient } from "@aethex/calls-client";
import { createContext, useContext } from "react";

export const ClientScope = createContext<CallClient | null>(null);

/**
 * The client of the nearest `CallProvider`.
 *
 * @throws Error outside of one.
 */
export function useCallClient(): CallClient {
  const client = useContext(ClientScope);
  if (client === null) throw new Error("This piece needs a <CallProvider> above it.");
  return client;
}
