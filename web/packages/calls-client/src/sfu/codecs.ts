// Which codecs are preferred towards the server, and what its answer is made to say of Opus.

type Kind = "audio" | "video";

/**
 * The order of preference. Sound: with redundancy (RFC 2198) first, which hides single losses without waiting.
 * Pictures: VP8 is what everybody in a room can decode, and the server forwards it in layers of time.
 */
const ORDER: Readonly<Record<Kind, readonly string[]>> = {
  audio: ["audio/red", "audio/opus"],
  video: ["video/vp8", "video/vp9", "video/h264", "video/av1"],
};

/** Sorts the browser's codecs; what is not named keeps its place behind them. */
export function serverCodecs<Codec extends { mimeType: string }>(
  kind: Kind,
  codecs: readonly Codec[],
): Codec[] {
  const order = ORDER[kind];
  const rank = (codec: Codec): number => {
    const place = order.indexOf(codec.mimeType.toLowerCase());
    return place === -1 ? order.length : place;
  };
  return [...codecs].sort((one, other) => rank(one) - rank(other));
}

/** Applies the preference to a sending transceiver, where the browser can. */
export function preferServerCodecs(transceiver: RTCRtpTransceiver, kind: Kind): void {
  const codecs = globalThis.RTCRtpSender?.getCapabilities?.(kind)?.codecs;
  if (codecs === undefined || codecs.length === 0 || transceiver.setCodecPreferences === undefined) return;
  try {
    transceiver.setCodecPreferences(serverCodecs(kind, codecs));
  } catch (error) {
    // A browser that compares with what it can receive: its own order does as well.
    console.debug("the order of codecs was not taken", error);
  }
}

/** What the sender of voice is asked for (RFC 7587 §6.1): silence costs nothing, single losses are hidden. */
const VOICE: Readonly<Record<string, string>> = { usedtx: "1", useinbandfec: "1" };

/**
 * An answer that asks the first sound of this device, the microphone, for discontinuous transmission: browsers send
 * as the other side's description asks for, and the server asks for what all kinds of clients do.
 */
export function askForVoice(sdp: string): string {
  const sections = sdp.split(/^(?=m=)/m);
  const microphone = sections.findIndex((one) => one.startsWith("m=audio"));
  return sections.map((one, index) => (index === microphone ? withVoice(one) : one)).join("");
}

function withVoice(section: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000/im.exec(section)?.[1];
  if (opus === undefined) return section;
  const line = new RegExp(`^a=fmtp:${opus} (.*?)(\\r?)$`, "m");
  const wanted = Object.entries(VOICE);
  if (!line.test(section)) {
    const fmtp = wanted.map(([name, value]) => `${name}=${value}`).join(";");
    return section.replace(
      new RegExp(`^(a=rtpmap:${opus} .*?)(\\r?)$`, "m"),
      `$1$2\na=fmtp:${opus} ${fmtp}$2`,
    );
  }
  return section.replace(line, (_, given: string, end: string) => {
    const named = given
      .split(";")
      .filter((one) => !wanted.some(([name]) => one.trim().startsWith(`${name}=`)));
    return `a=fmtp:${opus} ${[...named, ...wanted.map(([name, value]) => `${name}=${value}`)].join(";")}${end}`;
  });
}
