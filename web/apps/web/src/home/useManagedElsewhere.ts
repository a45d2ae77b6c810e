// Whether people and conversations belong to a host product, and are not changed here.

import { useSelector } from "@aethex/calls-react";
import { usePersonal } from "../frame/scopes.js";

/** True when the server's identity mode is `host`. */
export function useManagedElsewhere(): boolean {
  return useSelector(usePersonal().client.store, ({ config }) => config?.identity === "host");
}
