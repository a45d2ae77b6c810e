// One sending and receiving half of the fake browser's connection.

import { FakeTrack } from "../media/fakeTracks.js";

/** What {@link FakePeer} and the code under test use of a transceiver. */
export class FakeTransceiver {
  mid: string | null = null;
  currentDirection: RTCRtpTransceiverDirection | null = null;
  preferred: readonly string[] = [];
  stopped = false;
  readonly sender: FakeSender;
  readonly receiver: {
    readonly track: FakeTrack;
    getSynchronizationSources(): { readonly audioLevel: number; readonly rtpTimestamp: number }[];
  };
  /** The newest packet that was played; null before the first. */
  newest: number | null = null;
  #direction: RTCRtpTransceiverDirection;

  constructor(
    readonly kind: "audio" | "video",
    direction: RTCRtpTransceiverDirection,
    track: MediaStreamTrack | null,
    readonly changed: () => void,
    encodings: readonly object[] = [{}],
  ) {
    this.#direction = direction;
    this.sender = new FakeSender(track, encodings);
    this.receiver = {
      track: new FakeTrack(kind, "remote"),
      getSynchronizationSources: () =>
        this.newest === null ? [] : [{ audioLevel: 0.1, rtpTimestamp: this.newest }],
    };
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.changed();
  }

  setCodecPreferences(codecs: readonly { readonly mimeType: string }[]): void {
    this.preferred = codecs.map(({ mimeType }) => mimeType);
  }
}

/** What is sent, and how. */
export class FakeSender {
  /** Null until both descriptions are set (W3C WebRTC §5.2). */
  transport: FakeKeys | null = null;
  readonly streams: unknown[] = [];
  /** What setParameters was called with, or else what the transceiver was made with. */
  encodings: Record<string, unknown>[];
  settings = 0;

  constructor(
    public track: MediaStreamTrack | null,
    encodings: readonly object[],
  ) {
    this.encodings = encodings.map((one) => ({ ...one }));
  }

  /** The first of them. */
  get encoding(): Record<string, unknown> {
    return this.encodings[0] ?? {};
  }

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
  }

  setStreams(...streams: unknown[]): void {
    this.streams.splice(0, this.streams.length, ...streams);
  }

  getParameters(): { encodings: Record<string, unknown>[] } {
    return { encodings: this.encodings.map((one) => ({ ...one })) };
  }

  async setParameters({ encodings }: { encodings: Record<string, unknown>[] }): Promise<void> {
    this.settings += 1;
    this.encodings = encodings;
  }
}

/** The keys of a connection (DTLS). */
export class FakeKeys {
  state: RTCDtlsTransportState = "connected";
  onstatechange: ((event: unknown) => void) | null = null;

  /** The other side has closed them, or they were refused. */
  end(state: "closed" | "failed"): void {
    this.state = state;
    this.onstatechange?.({});
  }
}
