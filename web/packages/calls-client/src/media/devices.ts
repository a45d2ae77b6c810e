// What is plugged in, and which of it was chosen.

import type { Device } from "../state.js";
import { createStore, type Store } from "../store.js";
import type { CaptureDevices, MediaEnvironment } from "./environment.js";

/** Ids that Chromium lists beside the real devices: they stand for the default, which null means here. */
const ALIASES: ReadonlySet<string> = new Set(["default", "communications"]);

/** The list of devices, kept up to date. */
export interface DeviceList {
  readonly store: Store<{ readonly devices: readonly Device[] }>;
  /** Reads the list anew; labels appear once a device was opened. */
  refresh(): Promise<void>;
  dispose(): void;
}

/** Told of each new list, with the list before. */
export type DevicesChanged = (now: readonly Device[], before: readonly Device[]) => void;

/** Makes the list, reads it, and reads it again whenever something is plugged in or out. */
export function createDeviceList(
  mediaDevices: CaptureDevices | null,
  onChange: DevicesChanged,
  report: (error: unknown) => void,
): DeviceList {
  const store = createStore<{ readonly devices: readonly Device[] }>({ devices: [] });
  let newest = 0;
  let plugs = false;
  const read = async (plug: boolean): Promise<void> => {
    if (mediaDevices === null) return;
    plugs ||= plug;
    newest += 1;
    const turn = newest;
    const found = await mediaDevices.enumerateDevices();
    if (turn !== newest) return;
    const before = store.get().devices;
    const devices = listOf(found);
    const different = JSON.stringify(devices) !== JSON.stringify(before);
    if (different) store.set({ devices });
    const tell = different || plugs;
    plugs = false;
    if (tell) onChange(devices, before);
  };
  const plugged = (): void => {
    read(true).catch(report);
  };
  mediaDevices?.addEventListener("devicechange", plugged);
  read(false).catch(report);
  return {
    store,
    refresh: () => read(false),
    dispose() {
      newest += 1;
      mediaDevices?.removeEventListener("devicechange", plugged);
    },
  };
}

function listOf(found: readonly MediaDeviceInfo[]): Device[] {
  return found
    .filter(({ deviceId }) => !ALIASES.has(deviceId))
    .map(({ deviceId, kind, label }) => ({ deviceId, kind, label }));
}

/** The ids of one kind. */
export function idsOf(devices: readonly Device[], kind: Device["kind"]): ReadonlySet<string> {
  return new Set(devices.filter((device) => device.kind === kind).map(({ deviceId }) => deviceId));
}

/** The ids that are in `now` and were not in `before`. */
export function newIds(now: ReadonlySet<string>, before: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...now].filter((id) => !before.has(id)));
}

/** The chosen devices, over reloads. */
export interface RememberedDevices {
  get(kind: Device["kind"]): string | null;
  set(kind: Device["kind"], deviceId: string | null): void;
}

/** The key of one choice in the page's storage. */
function keyOf(kind: Device["kind"]): string {
  return `aethex.calls.device.${kind}`;
}

/** Remembers choices in `storage`. A storage that is full or forbidden forgets them, and that is all. */
export function rememberDevices(storage: MediaEnvironment["storage"]): RememberedDevices {
  const known = new Map<Device["kind"], string | null>();
  const read = (kind: Device["kind"]): string | null => {
    try {
      return storage?.getItem(keyOf(kind)) ?? null;
    } catch {
      return null;
    }
  };
  return {
    get(kind) {
      const deviceId = read(kind);
      known.set(kind, deviceId);
      return deviceId;
    },
    set(kind, deviceId) {
      // Another tab's newer choice is not written over by one that did not change.
      if (known.get(kind) === deviceId) return;
      known.set(kind, deviceId);
      try {
        if (deviceId === null) storage?.removeItem(keyOf(kind));
        else storage?.setItem(keyOf(kind), deviceId);
      } catch {
        // The choice holds until the page is reloaded.
      }
    },
  };
}
