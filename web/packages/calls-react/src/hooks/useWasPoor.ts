// Whether the call was hampered by the own connection.

import { useCall } from "./useCall.js";

/** True when the own connection was poor at last, or the call broke because of it. */
export function useWasPoor(): boolean {
  return useCall(
    (state) =>
      (state.ended?.durationSeconds ?? 0) > 0 &&
      (state.quality?.grade === "poor" || state.ended?.reason === "connection-lost"),
  );
}
