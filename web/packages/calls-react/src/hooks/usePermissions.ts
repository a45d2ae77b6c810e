// Whether this page may use the microphone and the camera.

import { useEffect, useState } from "react";

/** `unknown` where the browser does not tell before it is asked. */
export type PermissionWord = "granted" | "denied" | "prompt" | "unknown";

/** What the browser allows this page. */
export interface Permissions {
  readonly microphone: PermissionWord;
  readonly camera: PermissionWord;
}

const UNKNOWN: Permissions = { microphone: "unknown", camera: "unknown" };

/** Follows both permissions; null until the browser has answered. */
export function usePermissions(): Permissions | null {
  const [permissions, setPermissions] = useState<Permissions | null>(null);
  useEffect(() => {
    let mounted = true;
    const stops: (() => void)[] = [];
    const follow = async (device: keyof Permissions): Promise<void> => {
      const status = await query(device);
      if (!mounted) return;
      const take = (): void =>
        setPermissions((before) => ({ ...(before ?? UNKNOWN), [device]: status?.state ?? "unknown" }));
      take();
      status?.addEventListener("change", take);
      stops.push(() => status?.removeEventListener("change", take));
    };
    void follow("microphone").then(() => follow("camera"));
    return () => {
      mounted = false;
      for (const stop of stops) stop();
    };
  }, []);
  return permissions;
}

/** The browser's answer; null where it does not know the question (Firefox before 131, Safari before 16). */
async function query(name: "microphone" | "camera"): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name });
  } catch {
    return null; // not supported: the same as not knowing
  }
}
