// The name of a tab as a device.

import { expect, test } from "vitest";
import { claimDeviceId } from "../src/session/deviceId.js";
import { memoryStorage } from "./fakes.js";

/** Locks of one browser: a name is held by whoever asks first, until `release`. */
function fakeLocks(): { readonly locks: LockManager; release(name: string): void } {
  const held = new Set<string>();
  const request = async (
    name: string,
    { signal }: LockOptions,
    callback: (lock: Lock) => Promise<unknown>,
  ): Promise<unknown> => {
    if (held.has(name)) {
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      throw signal?.reason;
    }
    held.add(name);
    return callback({ name, mode: "exclusive" });
  };
  const locks = { request, query: async () => ({}) };
  return { locks: locks as unknown as LockManager, release: (name) => void held.delete(name) };
}

const numbers = (): (() => string) => {
  let next = 0;
  return () => {
    next += 1;
    return String(next);
  };
};

test("a tab keeps its name over a reload", async () => {
  const { locks, release } = fakeLocks();
  const storage = memoryStorage();
  const random = numbers();
  expect(await claimDeviceId({ storage, locks, random })).toBe("web-1");
  release("aethex-device:web-1");
  expect(await claimDeviceId({ storage, locks, random })).toBe("web-1");
});

test("a duplicated tab, which starts with a copy of the name, draws another", async () => {
  const { locks } = fakeLocks();
  const random = numbers();
  const first = await claimDeviceId({ storage: memoryStorage(), locks, random });
  const copy = memoryStorage({ "aethex.device": first });
  expect(await claimDeviceId({ storage: copy, locks, random })).toBe("web-2");
  expect(copy.getItem("aethex.device")).toBe("web-2");
});

test("a stored name that is none is not used", async () => {
  const { locks } = fakeLocks();
  const storage = memoryStorage({ "aethex.device": "two words" });
  expect(await claimDeviceId({ storage, locks, random: numbers() })).toBe("web-1");
});

test("without Web Locks the stored name has to do", async () => {
  const storage = memoryStorage({ "aethex.device": "web-7" });
  expect(await claimDeviceId({ storage, locks: undefined, random: numbers() })).toBe("web-7");
});
