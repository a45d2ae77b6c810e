// Missed calls count as seen when their list is looked at.

import { useSelector } from "@aethex/calls-react";
import { useEffect } from "react";
import { usePersonal } from "../frame/scopes.js";

/** Marks missed calls as seen while their list is `shown` and the tab is visible. */
export function useSeen(shown: boolean): void {
  const { missed, recent } = usePersonal();
  const count = useSelector(missed.store, (value) => value.count);
  useEffect(() => {
    const look = (): void => {
      if (!shown || document.visibilityState !== "visible" || count === 0) return;
      void missed.seen().then(() => recent.refresh());
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [missed, recent, count, shown]);
}
