// The counters of a getStats() report: what is read of it, and what one measurement leaves for the next.

/** One entry of a report (`[...report.values()]`); W3C webrtc-stats. */
export interface StatsEntry {
  readonly id: string;
  readonly type: string;
  /** Milliseconds; since when depends on the browser. */
  readonly timestamp: number;
  readonly [field: string]: unknown;
}

/** The counters of one connection at a moment. Opaque to everybody but `measure`. */
export interface RawSample {
  /** On the caller's clock. */
  readonly nowMs: number;
  readonly streams: ReadonlyMap<string, StreamCounters>;
  /** What the other side last said of what is sent, by the id of its entry. */
  readonly reports: ReadonlyMap<string, RemoteReport>;
}

/** What is counted of one RTP stream; 0 where the browser does not count. */
export interface StreamCounters {
  /** Which stream it is: a browser may use the id of the entry anew. */
  readonly ssrc: number | null;
  readonly bytes: number;
  /** Retransmissions included. */
  readonly packets: number;
  readonly retransmitted: number;
  /** Received streams only, as the RTP sequence shows it: before retransmission. May shrink when late packets come. */
  readonly lost: number;
  /** Received sound only: came too late, or too early, to be played. */
  readonly discarded: number;
  /** Encoded or decoded. */
  readonly frames: number;
}

/** A receiver report of the other side about one stream. */
export interface RemoteReport {
  readonly ssrc: number | null;
  /** The browser's moment of the report. */
  readonly at: number;
  /** When what follows was counted, on the caller's clock. */
  readonly countedMs: number;
  /** All that was lost, sent and sent again until then. */
  readonly lost: number;
  readonly sent: number;
  readonly retransmitted: number;
  /** What it says of the time since the report before it. */
  readonly percent: number | null;
}

/** A number field; null when it is not there. */
export function numberOf(entry: StatsEntry | undefined, field: string): number | null {
  const value = entry?.[field];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A text field; null when it is not there. */
export function textOf(entry: StatsEntry | undefined, field: string): string | null {
  const value = entry?.[field];
  return typeof value === "string" ? value : null;
}

/** The entry that a field names. */
export function entryOf(
  report: readonly StatsEntry[],
  entry: StatsEntry | undefined,
  field: string,
): StatsEntry | undefined {
  const id = textOf(entry, field);
  return id === null ? undefined : report.find((one) => one.id === id);
}

/** `audio` or `video`; older browsers say `mediaType`. */
export function kindOf(entry: StatsEntry): string | null {
  return textOf(entry, "kind") ?? textOf(entry, "mediaType");
}

/** The counters of an `inbound-rtp` or `outbound-rtp` entry. */
export function countersOf(entry: StatsEntry): StreamCounters {
  const inbound = entry.type === "inbound-rtp";
  const count = (received: string, sent: string) => numberOf(entry, inbound ? received : sent) ?? 0;
  return {
    ssrc: numberOf(entry, "ssrc"),
    bytes: count("bytesReceived", "bytesSent"),
    packets: count("packetsReceived", "packetsSent"),
    retransmitted: count("retransmittedPacketsReceived", "retransmittedPacketsSent"),
    lost: inbound ? (numberOf(entry, "packetsLost") ?? 0) : 0,
    discarded: inbound ? (numberOf(entry, "packetsDiscarded") ?? 0) : 0,
    frames: count("framesDecoded", "framesEncoded"),
  };
}

/**
 * What a stream counted since the sample before. Null when that cannot be said: the stream is new, or another
 * one counts under its id (a new connection begins at zero).
 */
export function sinceBefore(
  previous: RawSample | null,
  key: string,
  now: StreamCounters,
): Omit<StreamCounters, "ssrc"> | null {
  const before = previous?.streams.get(key);
  if (before === undefined || before.ssrc !== now.ssrc) return null;
  if (now.packets < before.packets || now.bytes < before.bytes) return null;
  const grown = (field: Exclude<keyof StreamCounters, "ssrc">) => Math.max(0, now[field] - before[field]);
  return {
    bytes: grown("bytes"),
    packets: grown("packets"),
    retransmitted: grown("retransmitted"),
    lost: grown("lost"),
    discarded: grown("discarded"),
    frames: grown("frames"),
  };
}
