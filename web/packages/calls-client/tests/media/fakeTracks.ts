// Tracks and streams without a browser.

let serial = 0;

/** A captured track. */
export class FakeTrack extends EventTarget implements MediaStreamTrack {
  readonly id = `track-${++serial}`;
  readonly label = "";
  contentHint = "";
  enabled = true;
  muted = false;
  readyState: MediaStreamTrackState = "live";
  onended = null;
  onmute = null;
  onunmute = null;
  /** What applyConstraints was called with. */
  readonly applied: MediaTrackConstraints[] = [];
  /** What applyConstraints rejects with. */
  refusal: DOMException | null = null;

  constructor(
    readonly kind: "audio" | "video",
    readonly deviceId = "",
  ) {
    super();
  }

  /** The system ends it. */
  end(): void {
    if (this.readyState === "ended") return;
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }

  /** The system withholds it, or no longer does. */
  withhold(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }

  stop(): void {
    this.readyState = "ended";
  }

  async applyConstraints(constraints: MediaTrackConstraints = {}): Promise<void> {
    if (this.refusal !== null) throw this.refusal;
    this.applied.push(constraints);
  }

  clone(): MediaStreamTrack {
    return new FakeTrack(this.kind, this.deviceId);
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  getSettings(): MediaTrackSettings {
    return this.deviceId === "" ? {} : { deviceId: this.deviceId };
  }
}

/** Some tracks together. */
export class FakeStream extends EventTarget implements MediaStream {
  readonly active = true;
  readonly id = `stream-${++serial}`;
  onaddtrack = null;
  onremovetrack = null;
  readonly #tracks: MediaStreamTrack[];

  constructor(tracks: readonly MediaStreamTrack[] = []) {
    super();
    this.#tracks = [...tracks];
  }

  addTrack(track: MediaStreamTrack): void {
    this.#tracks.push(track);
  }

  clone(): MediaStream {
    return new FakeStream(this.#tracks);
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "audio");
  }

  getTrackById(id: string): MediaStreamTrack | null {
    return this.#tracks.find((track) => track.id === id) ?? null;
  }

  getTracks(): MediaStreamTrack[] {
    return [...this.#tracks];
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "video");
  }

  removeTrack(track: MediaStreamTrack): void {
    this.#tracks.splice(this.#tracks.indexOf(track), 1);
  }
}
