// Which video codec is preferred.

/** The order of preference (founding document: VP9, VP8, H.264); the rest comes after. */
const ORDER = ["video/vp9", "video/vp8", "video/h264"];

/**
 * Sorts the browser's codecs: VP9 before VP8 before H.264; VP8 first when the processor cannot keep up with
 * VP9. Retransmission and error correction entries keep their place behind the codecs.
 */
export function byPreference<Codec extends { mimeType: string }>(
  codecs: readonly Codec[],
  preferVp8: boolean,
): Codec[] {
  const order = preferVp8 ? ["video/vp8", "video/vp9", "video/h264"] : ORDER;
  const rank = (codec: Codec): number => {
    const place = order.indexOf(codec.mimeType.toLowerCase());
    return place === -1 ? order.length : place;
  };
  return [...codecs].sort((a, b) => rank(a) - rank(b));
}

/** Applies the preference to a transceiver, where the browser can. */
export function preferCodecs(transceiver: RTCRtpTransceiver, preferVp8: boolean): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  if (codecs === undefined || codecs.length === 0 || transceiver.setCodecPreferences === undefined) return;
  transceiver.setCodecPreferences(byPreference(codecs, preferVp8));
}
