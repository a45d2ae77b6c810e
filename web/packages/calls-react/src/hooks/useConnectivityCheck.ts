// A check of the connection, begun by a click.

import type { ConnectivityCheck, ConnectivityState } from "@aethex/calls-client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useCallClient } from "../provider/client.js";

/** The check of a screen. */
export interface ConnectivityRun {
  /** What was found so far; null before the first check. */
  readonly state: ConnectivityState | null;
  /** Begins a check; does nothing while one is under way. */
  run(): void;
}

/** Checks with the client of the nearest `CallProvider`. A check that runs is stopped when the component goes. */
export function useConnectivityCheck(): ConnectivityRun {
  const client = useCallClient();
  const [state, setState] = useState<ConnectivityState | null>(null);
  const current = useRef<ConnectivityCheck | null>(null);
  const unsubscribe = useRef<() => void>(() => undefined);
  useEffect(
    () => () => {
      unsubscribe.current();
      current.current?.stop();
      current.current = null;
    },
    [],
  );
  const run = useCallback((): void => {
    if (current.current?.store.get().running === true) return;
    const check = client.checkConnectivity();
    unsubscribe.current();
    current.current = check;
    unsubscribe.current = check.store.subscribe(() => setState(check.store.get()));
    setState(check.store.get());
  }, [client]);
  return { state, run };
}
