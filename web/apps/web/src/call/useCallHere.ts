// The call this device is in.

import type { CallState, Store } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { useMemo } from "react";
import { usePersonal } from "../frame/scopes.js";

/** Which call, and of which conversation; the server's names come a moment after the start. */
export interface CallHere {
  readonly callId: string | null;
  readonly conversationId: string | null;
}

/** A store that never changes and holds nothing. */
const NOWHERE: Store<CallState | null> = { get: () => null, subscribe: () => () => undefined };

/** The call this device is in; null in none, and when it is over. */
export function useCallHere(): CallHere | null {
  const { client } = usePersonal();
  const session = useSelector(client.session, ({ current }) => current);
  const store: Store<CallState | null> = useMemo(() => session?.store ?? NOWHERE, [session]);
  const inCall = useSelector(store, (state) => state !== null && state.phase !== "ended");
  const callId = useSelector(store, (state) => state?.callId ?? null);
  const conversationId = useSelector(store, (state) => state?.conversationId ?? null);
  return inCall ? { callId, conversationId } : null;
}
