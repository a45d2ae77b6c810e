// What a browser and the server's own media say to each other, as far as it can be said without media.

import { randomBytes, randomInt } from "node:crypto";

const EXTENSIONS = [
  [1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"],
  [2, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"],
  [3, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"],
  [4, "urn:ietf:params:rtp-hdrext:sdes:mid"],
  [5, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"],
  [6, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"],
];
const OPUS = ["a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc", "a=fmtp:111 minptime=10;useinbandfec=1"];
const VP8 = [
  "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 goog-remb", "a=rtcp-fb:96 transport-cc", "a=rtcp-fb:96 ccm fir",
  "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96",
];
const SIMULCAST = ["a=rid:q send", "a=rid:h send", "a=rid:f send", "a=simulcast:send q;h;f"];

/** What one page has for all of its connections: credentials, a certificate, a session. */
export function page() {
  const hex = randomBytes(32).toString("hex").toUpperCase();
  return {
    session: `4${randomInt(2 ** 47)}`,
    transport: [
      `a=ice-ufrag:${randomBytes(3).toString("hex")}`,
      `a=ice-pwd:${randomBytes(12).toString("hex")}`,
      "a=ice-options:trickle",
      `a=fingerprint:sha-256 ${hex.match(/../g).join(":")}`,
    ],
  };
}

const section = ({ transport }, mid, kind, lines, setup, direction) => [
  `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === "audio" ? "111" : "96 97"}`, "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0",
  ...transport, `a=setup:${setup}`, `a=mid:${mid}`,
  ...EXTENSIONS.filter(([id]) => (kind === "audio" ? id < 5 : id > 1)).map(([id, uri]) => `a=extmap:${id} ${uri}`),
  `a=${direction}`, "a=rtcp-mux", "a=rtcp-rsize", ...lines,
];

const described = ({ session }, mids, sections) =>
  ["v=0", `o=- ${session} 2 IN IP4 127.0.0.1`, "s=-", "t=0 0", `a=group:BUNDLE ${mids.join(" ")}`, "a=msid-semantic: WMS",
    ...sections.flat(), ""].join("\r\n");

/** The offer of a publisher: microphone, camera in three sizes, screen, its sound. */
export const publisherOffer = (one) =>
  described(one, [0, 1, 2, 3], [
    section(one, 0, "audio", OPUS, "actpass", "sendonly"),
    section(one, 1, "video", [...VP8, ...SIMULCAST], "actpass", "sendonly"),
    section(one, 2, "video", VP8, "actpass", "sendonly"),
    section(one, 3, "audio", OPUS, "actpass", "sendonly"),
  ]);

/** The sections of a description, each as its lines. */
export const sections = (sdp) => sdp.split(/^(?=m=)/m).slice(1).map((text) => text.split("\r\n").filter(Boolean));

const line = (lines, prefix) => lines.find((one) => one.startsWith(prefix))?.slice(prefix.length);
export const mids = (sdp) => sections(sdp).map((lines) => line(lines, "a=mid:"));

/** The answer of a subscriber, who takes all that the server offers. */
export function subscriberAnswer(one, offer) {
  const all = sections(offer).map((lines) => [
    lines[0].replace(/^(m=\w+) \d+/, "$1 9"), "c=IN IP4 0.0.0.0", ...one.transport, "a=setup:active", `a=mid:${line(lines, "a=mid:")}`,
    ...lines.filter((text) => /^a=(extmap|rtpmap|fmtp|rtcp-fb):/.test(text)), "a=recvonly", "a=rtcp-mux",
  ]);
  return described(one, mids(offer), all);
}

/** A device that negotiates both of its connections, without ever sending a packet. */
export class Negotiator {
  #number = 0;

  constructor(device, callId) {
    this.device = device;
    this.callId = callId;
    this.page = page();
  }

  /** Sends the publisher's offer; the acknowledgement, whatever it says. */
  publish(changes = {}) {
    this.#number += 1;
    return this.device.emit("call:offer", {
      callId: this.callId, targetUserId: "sfu", transport: "publisher", negotiationId: this.#number,
      offer: { type: "offer", sdp: publisherOffer(this.page) }, ...changes,
    });
  }

  /** Both connections described; the server's answer and its offer. */
  async negotiate() {
    const { device, callId } = this;
    const after = device.mark;
    const ack = await this.publish();
    if (!ack.ok) throw new Error(`the offer was refused: ${JSON.stringify(ack)}`);
    const fits = (name) => device.until(name, (one) => one.callId === callId && one.fromUserId === "sfu", { after });
    const answer = await fits("call:answer");
    const offer = await fits("call:offer");
    const sdp = subscriberAnswer(this.page, offer.offer.sdp);
    await device.does("call:answer", {
      callId, targetUserId: "sfu", transport: "subscriber", negotiationId: offer.negotiationId, answer: { type: "answer", sdp },
    });
    return { answer, offer };
  }
}
