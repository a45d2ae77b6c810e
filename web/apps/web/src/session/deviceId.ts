// The name of this tab as a device: kept over reloads, never shared by two tabs.

import type { KeyValue } from "./stored.js";

const DEVICE_KEY = "aethex.device";
/** A page that reloads lets go of its lock when it is gone; so long the new one waits for it. */
const PATIENCE_MS = 400;

/** What naming a device needs. */
export interface DeviceParts {
  readonly storage: KeyValue;
  readonly locks: LockManager | undefined;
  readonly random: () => string;
}

/**
 * The device name of this tab. A duplicated tab starts with a copy of the other's `sessionStorage`,
 * so a name is held by a lock as long as the tab lives: who does not get the lock draws a new name.
 */
export async function claimDeviceId({ storage, locks, random }: DeviceParts): Promise<string> {
  const kept = storage.getItem(DEVICE_KEY);
  if (kept !== null && isDeviceId(kept) && (await hold(locks, kept))) return kept;
  const drawn = `web-${random()}`;
  storage.setItem(DEVICE_KEY, drawn);
  await hold(locks, drawn);
  return drawn;
}

/** Takes the lock of a name for the rest of the page's life; false when another tab has it. */
function hold(locks: LockManager | undefined, name: string): Promise<boolean> {
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    locks.request(`aethex-device:${name}`, { signal }, held).catch(() => resolve(false));
  });
}

/** 1 to 64 visible ASCII characters, as the wire contract says. */
function isDeviceId(text: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(text);
}
