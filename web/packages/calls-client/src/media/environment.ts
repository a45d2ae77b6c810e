// What capture and playback need of the browser, in one place, so that tests can stand in for it.

/** The part of `navigator.mediaDevices` that is used. `getDisplayMedia` is missing on phones. */
export interface CaptureDevices {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  getDisplayMedia?(options: DisplayMediaStreamOptions): Promise<MediaStream>;
  enumerateDevices(): Promise<MediaDeviceInfo[]>;
  addEventListener(type: "devicechange", listener: () => void): void;
  removeEventListener(type: "devicechange", listener: () => void): void;
}

/** What a permission is now, and word of its changes (W3C Permissions §7.4 `PermissionStatus`). */
export interface PermissionWatch {
  readonly state: PermissionState;
  addEventListener(type: "change", listener: () => void): void;
  removeEventListener(type: "change", listener: () => void): void;
}

/** The name of a permission that this package asks for. */
export type CapturePermission = "camera" | "microphone";

/** The part of a Web Audio `AudioNode` that is used. */
export interface SoundNode {
  connect(destination: SoundNode): unknown;
  disconnect(): void;
}

/** The part of a Web Audio `AnalyserNode` that is used. */
export interface SoundMeter extends SoundNode {
  fftSize: number;
  getFloatTimeDomainData(samples: Float32Array<ArrayBuffer>): void;
}

/** The part of a Web Audio `AudioContext` that is used. */
export interface SoundContext {
  readonly state: string;
  resume(): Promise<void>;
  close(): Promise<void>;
  createMediaStreamSource(stream: MediaStream): SoundNode;
  createMediaStreamDestination(): SoundNode & { readonly stream: MediaStream };
  createAnalyser(): SoundMeter;
  addEventListener(type: "statechange", listener: () => void): void;
  removeEventListener(type: "statechange", listener: () => void): void;
}

/** All that capture and playback touch of the outside. */
export interface MediaEnvironment {
  /** Null on a page without https, where browsers hide devices. */
  readonly mediaDevices: CaptureDevices | null;
  /** Rejects where the browser does not know the name. Null where there are no permissions to ask for. */
  readonly queryPermission: ((name: CapturePermission) => Promise<PermissionWatch>) | null;
  /** Null where there is no Web Audio. */
  readonly createAudioContext: (() => SoundContext) | null;
  readonly createStream: (tracks: readonly MediaStreamTrack[]) => MediaStream;
  /** Where chosen devices are remembered; null for nowhere. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** Calls `run` every so many milliseconds until the returned function is called. */
  readonly every: (milliseconds: number, run: () => void) => () => void;
  /** Whether the page was clicked or typed into, so that sound may start (HTML §6.4 user activation). */
  readonly activated: () => boolean;
  /** Takes an error that nobody waits for. */
  readonly report: (error: unknown) => void;
}

/** Lets Web Audio run. A context that is closed meanwhile refuses, and that is no failure. */
export function wake(context: SoundContext, report: MediaEnvironment["report"]): void {
  context.resume().catch((error: unknown) => {
    if (context.state !== "closed") report(error);
  });
}

/** The environment of the page. Usable without a browser too: then there are no devices. */
export function browserEnvironment(): MediaEnvironment {
  const mediaDevices: CaptureDevices | null = globalThis.navigator?.mediaDevices ?? null;
  const permissions = globalThis.navigator?.permissions ?? null;
  const Context = globalThis.AudioContext;
  return {
    mediaDevices,
    queryPermission:
      permissions === null ? null : (name) => permissions.query({ name: name satisfies PermissionName }),
    createAudioContext: Context === undefined ? null : () => new Context({ latencyHint: "interactive" }),
    createStream: (tracks) => new MediaStream([...tracks]),
    storage: pageStorage(),
    every(milliseconds, run) {
      const timer = setInterval(run, milliseconds);
      return () => clearInterval(timer);
    },
    activated: () => globalThis.navigator?.userActivation?.hasBeenActive ?? true,
    report: (error) => reportLater(error),
  };
}

/** `localStorage`, or null where it is missing or forbidden: reading the property may throw (HTML §12.2.3). */
function pageStorage(): MediaEnvironment["storage"] {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** Hands an error to the page's own error handling, without stopping the caller. */
function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
