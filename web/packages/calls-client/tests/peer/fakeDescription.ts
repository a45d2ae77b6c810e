// Session descriptions of the fake browser: real enough to be parsed, small enough to be read.

/** One media section. */
export interface Section {
  readonly kind: "audio" | "video";
  readonly mid: string;
  readonly direction: RTCRtpTransceiverDirection;
}

/** What a description says. */
export interface Described {
  /** The session id of the `o=` line, drawn anew for each connection. */
  readonly session: string;
  /** The ICE credentials: another one after an ICE restart. */
  readonly ufrag: string;
  readonly sections: readonly Section[];
  readonly candidates: readonly string[];
}

/** Writes it down. */
export function written({ session, ufrag, sections, candidates }: Described): string {
  const head = ["v=0", `o=- ${session} 2 IN IP4 127.0.0.1`, "s=-", "t=0 0", `a=ice-ufrag:${ufrag}`];
  const media = sections.flatMap(({ kind, mid, direction }) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 96`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    `a=${direction}`,
  ]);
  const gathered = candidates.map((one) => `a=${one}`);
  return `${[...head, ...media, ...gathered].join("\r\n")}\r\n`;
}

/** Reads it. @throws when it is none. */
export function read(sdp: string): Described {
  const session = /^o=\S+ (\d+) /m.exec(sdp)?.[1];
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  if (session === undefined || ufrag === undefined) {
    throw new DOMException("Failed to parse SessionDescription", "OperationError");
  }
  const sections = sdp
    .split(/^(?=m=)/m)
    .slice(1)
    .map((text): Section => {
      const kind = text.startsWith("m=video") ? "video" : "audio";
      const mid = /^a=mid:(\S+)/m.exec(text)?.[1] ?? "";
      const found = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(text)?.[1];
      return { kind, mid, direction: directionOf(sends(found), receives(found)) };
    });
  const candidates = [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map((one) => one[1] ?? "");
  return { session, ufrag, sections, candidates };
}

/** Whether a direction sends. */
export const sends = (direction: string | undefined): boolean =>
  direction === "sendrecv" || direction === "sendonly";

/** Whether a direction receives. */
export const receives = (direction: string | undefined): boolean =>
  direction === "sendrecv" || direction === "recvonly";

/** The direction of two wishes. */
export function directionOf(send: boolean, receive: boolean): RTCRtpTransceiverDirection {
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}
