// Asking the browser for microphone and camera: in one prompt when both are wanted, apart when that fails.

import { type CaptureKind, constraintsOf, type Wish } from "./constraints.js";
import type { CaptureDevices, MediaEnvironment } from "./environment.js";
import { isRefusal, looser } from "./failure.js";

/** A device that was opened. */
export interface Opened {
  readonly track: MediaStreamTrack;
  /** What it was opened with in the end. */
  readonly wish: Wish;
}

/**
 * Opens the device of a wish; with `anyDevice` another one will do when it is missing. Each kind is asked for
 * once at a time: who asks waits for the answer before asking again.
 */
export type Ask = (wish: Wish, anyDevice: boolean) => Promise<Opened>;

/** A wish that waits for the browser. */
interface Waiting {
  readonly wish: Wish;
  readonly anyDevice: boolean;
  resolve(opened: Opened): void;
  reject(error: unknown): void;
}

/**
 * Makes an {@link Ask}. Wishes of the same turn of the event loop are put to the browser together, so that a
 * person answers one prompt; what fails together is tried apart, so that no camera costs no microphone.
 * Rejections are the browser's own exceptions.
 */
export function createAsk(
  mediaDevices: CaptureDevices,
  queryPermission: MediaEnvironment["queryPermission"],
): Ask {
  const waiting = new Map<CaptureKind, Waiting>();

  async function flush(): Promise<void> {
    const microphone = waiting.get("audio");
    const camera = waiting.get("video");
    waiting.clear();
    if (microphone === undefined || camera === undefined) {
      const one = microphone ?? camera;
      if (one !== undefined) await alone(one);
    } else await together(microphone, camera);
  }

  async function together(microphone: Waiting, camera: Waiting): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await mediaDevices.getUserMedia({
        audio: constraintsOf(microphone.wish),
        video: constraintsOf(camera.wish),
      });
    } catch (error) {
      await apart(microphone, camera, error);
      return;
    }
    settle(microphone, stream.getAudioTracks()[0]);
    settle(camera, stream.getVideoTracks()[0]);
  }

  async function apart(microphone: Waiting, camera: Waiting, error: unknown): Promise<void> {
    const [microphoneToo, cameraToo] = isRefusal(error)
      ? worthAsking(await permission("microphone"), await permission("camera"))
      : [true, true];
    await Promise.all([
      microphoneToo ? alone(microphone) : microphone.reject(error),
      cameraToo ? alone(camera) : camera.reject(error),
    ]);
  }

  async function alone(one: Waiting): Promise<void> {
    let wish: Wish | null = one.wish;
    while (wish !== null) {
      try {
        const stream: MediaStream = await mediaDevices.getUserMedia({ [wish.kind]: constraintsOf(wish) });
        const [track] = wish.kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks();
        settle({ ...one, wish }, track);
        return;
      } catch (error) {
        wish = looser(wish, error, one.anyDevice);
        if (wish === null) one.reject(error);
      }
    }
  }

  async function permission(name: "microphone" | "camera"): Promise<PermissionState | null> {
    try {
      return (await queryPermission?.(name))?.state ?? null;
    } catch {
      // Older Firefox and Safari do not know these names: nothing is known then.
      return null;
    }
  }

  return (wish, anyDevice) =>
    new Promise<Opened>((resolve, reject) => {
      if (waiting.size === 0) queueMicrotask(() => void flush());
      waiting.set(wish.kind, { wish, anyDevice, resolve, reject });
    });
}

function settle(one: Waiting, track: MediaStreamTrack | undefined): void {
  if (track === undefined) one.reject(new DOMException("No track was delivered", "NotFoundError"));
  else one.resolve({ track, wish: one.wish });
}

/**
 * After a refusal of both together: which of them to ask for alone. One that is refused by the settings is
 * not worth it; one that was asked for and turned away would annoy; one that was hidden by the other's
 * refusal was never shown.
 */
function worthAsking(microphone: PermissionState | null, camera: PermissionState | null): [boolean, boolean] {
  const worth = (own: PermissionState | null, other: PermissionState | null): boolean =>
    own === null || own === "granted" || (own === "prompt" && other === "denied");
  return [worth(microphone, camera), worth(camera, microphone)];
}
