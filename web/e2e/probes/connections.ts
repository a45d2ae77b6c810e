// Remembers every peer connection of the page and reads its statistics.

/** What arrives or leaves on one track. */
export interface Flow {
  readonly kind: string;
  readonly trackId: string;
  readonly packets: number;
  readonly bytes: number;
  readonly frames: number;
  readonly energy: number;
  /** Samples of sound that were played, and those of them that had to be made up. */
  readonly samples: number;
  readonly concealed: number;
  /** Of the made up ones those that are silence: nothing was sent, or too long a time was bridged. */
  readonly silent: number;
  /** Packets that did not come, or came only when they were sent again (RFC 3550 §6.4.1). */
  readonly lost: number;
  /** Packets that were sent again, and arrived (RFC 4588). */
  readonly sentAgain: number;
  /** Key frames that were asked for (RFC 4585 §6.3.1). */
  readonly keyframesAsked: number;
  /** Seconds in which a picture stood still for too long. */
  readonly frozen: number;
  /** MIME type of the codec. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** The peer connections of a page. */
export interface ConnectionProbe {
  /** How many were ever made. */
  made(): number;
  /** How many of them are open. */
  open(): number;
  /** How many session descriptions and candidates were ever put into one. */
  signalsTaken(): number;
  /** What arrives, in all open connections. */
  inbound(): Promise<Flow[]>;
  /** What is sent, in all open connections. */
  outbound(): Promise<Flow[]>;
  /** Closes all of them, without a word to the page. */
  closeAll(): void;
  /** All statistics, for the report of a failed test. */
  dump(): Promise<unknown[]>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Wraps the constructor. */
export function probeConnections(): ConnectionProbe {
  const made: RTCPeerConnection[] = [];
  let signals = 0;
  const Original = window.RTCPeerConnection;
  class Remembered extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.push(this);
    }
  }
  window.RTCPeerConnection = Remembered;
  for (const name of ["setRemoteDescription", "addIceCandidate"] as const) {
    const original = Original.prototype[name];
    const counted = function (this: RTCPeerConnection, ...given: unknown[]): unknown {
      signals += 1;
      return Reflect.apply(original, this, given);
    };
    Object.defineProperty(Original.prototype, name, { value: counted, writable: true, configurable: true });
  }
  const live = (): RTCPeerConnection[] => made.filter((one) => one.connectionState !== "closed");
  const entries = async (): Promise<Fields[]> => {
    const reports = await Promise.all(live().map((one) => one.getStats()));
    return reports.flatMap((report): Fields[] => [...report.values()]);
  };
  return {
    made: () => made.length,
    open: () => live().length,
    signalsTaken: () => signals,
    inbound: async () => {
      const all = await entries();
      const codecs = new Map(
        all.filter((entry) => entry.type === "codec").map((one) => [one.id, one.mimeType]),
      );
      return all
        .filter((entry) => entry.type === "inbound-rtp")
        .map((entry) => inboundFlow(entry, text(codecs.get(entry.codecId))));
    },
    outbound: async () => {
      const all = await entries();
      const sources = new Map(
        all.filter((entry) => entry.type === "media-source").map((entry) => [entry.id, entry]),
      );
      return all
        .filter((entry) => entry.type === "outbound-rtp")
        .map((entry) => outboundFlow(entry, sources.get(entry.mediaSourceId) ?? {}));
    },
    closeAll: () => {
      for (const one of live()) one.close();
    },
    dump: () =>
      Promise.all(
        live().map(async (one) => {
          const report = await one.getStats();
          return {
            state: [one.connectionState, one.iceConnectionState, one.signalingState],
            local: one.localDescription?.sdp,
            remote: one.remoteDescription?.sdp,
            stats: [...report.values()],
          };
        }),
      ),
  };
}

const amount = (value: unknown): number => (typeof value === "number" ? value : 0);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function inboundFlow(entry: Fields, codec: string): Flow {
  return {
    kind: text(entry.kind),
    trackId: text(entry.trackIdentifier),
    packets: amount(entry.packetsReceived),
    bytes: amount(entry.bytesReceived),
    frames: amount(entry.framesDecoded),
    energy: amount(entry.totalAudioEnergy),
    samples: amount(entry.totalSamplesReceived),
    concealed: amount(entry.concealedSamples),
    silent: amount(entry.silentConcealedSamples),
    lost: amount(entry.packetsLost),
    sentAgain: amount(entry.retransmittedPacketsReceived),
    keyframesAsked: amount(entry.pliCount),
    frozen: amount(entry.totalFreezesDuration),
    codec,
    width: amount(entry.frameWidth),
    height: amount(entry.frameHeight),
  };
}

function outboundFlow(entry: Fields, source: Fields): Flow {
  return {
    kind: text(entry.kind),
    trackId: text(source.trackIdentifier),
    packets: amount(entry.packetsSent),
    bytes: amount(entry.bytesSent),
    frames: amount(entry.framesEncoded),
    energy: amount(source.totalAudioEnergy),
    samples: 0,
    concealed: 0,
    silent: 0,
    lost: 0,
    sentAgain: 0,
    keyframesAsked: 0,
    frozen: 0,
    codec: "",
    width: amount(entry.frameWidth),
    height: amount(entry.frameHeight),
  };
}
