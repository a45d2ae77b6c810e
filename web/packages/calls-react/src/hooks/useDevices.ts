// The microphones, cameras and loudspeakers of this device, and which are in use.

import type { Device, LocalPreview, LocalState, Store } from "@aethex/calls-client";
import { useCallback } from "react";
import { shallowEqual, useSelector, useSessionIfAny } from "../store/index.js";

/** Devices by kind, and the chosen ones; null is the default. */
export interface Devices {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  readonly speakers: readonly Device[];
  readonly microphoneId: string | null;
  readonly cameraId: string | null;
  readonly speakerId: string | null;
  /** Uses another device; null for the default. What goes wrong shows in the state too. */
  choose(kind: Device["kind"], deviceId: string | null): Promise<void>;
}

const KINDS = { microphones: "audioinput", cameras: "videoinput", speakers: "audiooutput" } as const;

/**
 * The devices of the call around, or of `preview`.
 *
 * @throws Error without a `preview` outside of a `SessionProvider`.
 */
export function useDevices(preview?: LocalPreview): Devices {
  const session = useSessionIfAny();
  const call = preview === undefined ? session : null;
  const local: Store<{ readonly local: LocalState } | LocalState> | undefined = preview?.store ?? call?.store;
  if (local === undefined) throw new Error("useDevices needs a preview, or a <SessionProvider> above it.");
  const read = (value: { readonly local: LocalState } | LocalState): LocalState =>
    "local" in value ? value.local : value;
  const devices = useSelector(local, (value) => read(value).devices);
  const chosen = useSelector(
    local,
    (value) => {
      const { microphone, camera, speakerId } = read(value);
      return { microphoneId: microphone.deviceId, cameraId: camera.deviceId, speakerId };
    },
    shallowEqual,
  );
  const choose = useCallback(
    async (kind: Device["kind"], deviceId: string | null): Promise<void> => {
      if (preview !== undefined) await preview.chooseDevice(kind, deviceId);
      else await call?.dispatch({ type: "choose-device", kind, deviceId });
    },
    [preview, call],
  );
  const of = (kind: Device["kind"]): readonly Device[] => devices.filter((device) => device.kind === kind);
  return {
    microphones: of(KINDS.microphones),
    cameras: of(KINDS.cameras),
    speakers: of(KINDS.speakers),
    ...chosen,
    choose,
  };
}
