// Counts what the page captures, and takes devices away from it.

type Kind = "audio" | "video";
type DeviceState = "plugged" | "missing" | "busy";

/** The capture devices of a page. */
export interface CaptureProbe {
  /** How often the page asked for a camera or a microphone. */
  asked(): number;
  /** How often it asked for a kind. */
  askedFor(kind: Kind): number;
  /** The captured tracks that are live now, by kind. */
  live(kind: Kind): number;
  /** Pulls a device: its tracks end, it vanishes from the list, and the page is told. */
  unplug(kind: Kind): void;
  /** Lets other programs hold the device from now on. */
  occupy(kind: Kind): void;
  /** The device is there again and free; the page is told. */
  restore(kind: Kind): void;
  /** Presses the browser's own "stop sharing". */
  stopSharing(): void;
}

/** Wraps the capture functions. */
export function probeCapture(): CaptureProbe {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const captured: MediaStreamTrack[] = [];
  const shared: MediaStreamTrack[] = [];
  const asked: Kind[][] = [];
  const states: Record<Kind, DeviceState> = { audio: "plugged", video: "plugged" };
  const end = (tracks: readonly MediaStreamTrack[]): void => {
    for (const track of tracks) {
      if (track.readyState === "ended") continue;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  };
  if (devices !== undefined) wrap(devices, { asked, captured, shared, states });
  const tell = (): unknown => devices?.dispatchEvent(new Event("devicechange"));
  return {
    asked: () => asked.length,
    askedFor: (kind) => asked.filter((kinds) => kinds.includes(kind)).length,
    live: (kind) => captured.filter((one) => one.kind === kind && one.readyState === "live").length,
    unplug(kind) {
      states[kind] = "missing";
      end(captured.filter((one) => one.kind === kind));
      tell();
    },
    occupy(kind) {
      states[kind] = "busy";
    },
    restore(kind) {
      states[kind] = "plugged";
      tell();
    },
    stopSharing: () => end(shared),
  };
}

interface Records {
  readonly asked: Kind[][];
  readonly captured: MediaStreamTrack[];
  readonly shared: MediaStreamTrack[];
  readonly states: Readonly<Record<Kind, DeviceState>>;
}

function wrap(devices: MediaDevices, { asked, captured, shared, states }: Records): void {
  const original = {
    getUserMedia: devices.getUserMedia.bind(devices),
    getDisplayMedia: devices.getDisplayMedia?.bind(devices),
    enumerateDevices: devices.enumerateDevices.bind(devices),
  };
  devices.getUserMedia = async (constraints = {}) => {
    const kinds = (["audio", "video"] as const).filter((kind) => Boolean(constraints[kind]));
    asked.push([...kinds]);
    for (const kind of kinds) {
      if (states[kind] === "missing") throw new DOMException("Requested device not found", "NotFoundError");
      if (states[kind] === "busy") throw new DOMException("Could not start source", "NotReadableError");
    }
    const stream = await original.getUserMedia(constraints);
    captured.push(...stream.getTracks());
    return stream;
  };
  devices.getDisplayMedia = async (options) => {
    const stream = await original.getDisplayMedia(options);
    shared.push(...stream.getTracks());
    return stream;
  };
  devices.enumerateDevices = async () =>
    (await original.enumerateDevices()).filter((one) => {
      if (one.kind === "audioinput") return states.audio !== "missing";
      if (one.kind === "videoinput") return states.video !== "missing";
      return true;
    });
}
