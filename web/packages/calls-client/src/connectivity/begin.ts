// Begins a check of the connection: what it does is loaded then.

import { createStore } from "../store.js";
import type { CheckDeps } from "./check.js";
import { type ConnectivityCheck, type ConnectivityState, newConnectivityState } from "./state.js";

/** Begins a check. It shows as running at once; nothing is tried before its part is loaded. */
export function beginCheck(deps: CheckDeps): ConnectivityCheck {
  const store = createStore<ConnectivityState>(newConnectivityState());
  let stopped = false;
  let running: ConnectivityCheck | null = null;
  return {
    store,
    finished: import("./check.js").then(
      async ({ beginCheck: begin }) => {
        const check = begin(deps);
        running = check;
        check.store.subscribe(() => store.set(check.store.get()));
        store.set(check.store.get());
        if (stopped) check.stop();
        await check.finished;
      },
      (error: unknown) => {
        console.debug("the check could not be loaded", error);
        const { steps } = store.get();
        const failed = { status: "failed", reason: "unreachable" } as const;
        store.set({ running: false, steps: steps.map((one) => ({ ...one, ...failed })) });
      },
    ),
    stop() {
      stopped = true;
      running?.stop();
    },
  };
}
