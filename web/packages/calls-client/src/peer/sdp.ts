// The few things that are read from, or written into, a session description.

/**
 * The session id of the `o=` line (RFC 8866 §5.2). A browser draws it anew for every RTCPeerConnection and
 * keeps it for its life (RFC 9429 §5.2.1): it tells a renegotiation from somebody who begins again.
 */
export function sessionIdOf(sdp: string): string | null {
  return /^o=\S+ (\d+) /m.exec(sdp)?.[1] ?? null;
}

/**
 * Asks the other side to send at most so much video: a `b=TIAS` line (RFC 3890) in each video section.
 * Without a limit the description is returned as it is.
 */
export function limitVideo(sdp: string, kbps: number | null): string {
  if (kbps === null) return sdp;
  const sections = sdp.split(/^(?=m=)/m);
  return sections
    .map((section) => {
      if (!section.startsWith("m=video")) return section;
      const without = section.replace(/^b=.*\r?\n/gm, "");
      // RFC 8866 §5: bandwidth comes after the connection line.
      return without.replace(/^(c=.*\r?\n)/m, `$1b=TIAS:${kbps * 1000}\r\nb=AS:${kbps}\r\n`);
    })
    .join("");
}
