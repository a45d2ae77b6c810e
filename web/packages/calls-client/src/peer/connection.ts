// One RTCPeerConnection: perfect negotiation, tracks and limits. Replaced, never repaired.

import type { Outgoing } from "../media/localMedia.js";
import { type StatsEntry, usesOwnRelay } from "../quality/index.js";
import type { AnswerDescription, IceCandidate, OfferDescription } from "../wire/index.js";
import { preferCodecs } from "./codecs.js";
import { limitVideo, sessionIdOf } from "./sdp.js";
import type { PeerSignal } from "./signal.js";

/** What to send at most, and what to ask the other side for. */
export interface SendLimits {
  /** Opus, 32 to 128 kbit/s. */
  readonly audioKbps: number;
  /** 500 to 2000 kbit/s. */
  readonly videoKbps: number;
  /** Lines of the camera picture: 720, 480 or 240. */
  readonly lines: number;
  readonly fps: number;
  readonly preferVp8: boolean;
  /** Send no picture for now; the other side's still comes. */
  readonly videoPaused: boolean;
  /** No picture in either direction: the person chose sound only. */
  readonly audioOnly: boolean;
  /** What the other side may send; null for no limit. */
  readonly receiveKbps: number | null;
}

/** What a connection needs from its link. */
export interface ConnectionOptions {
  readonly polite: boolean;
  readonly limits: SendLimits | null;
  readonly nextOffer: () => number;
  readonly send: (signal: PeerSignal) => void;
  /** Runs an operation when those before it are done. */
  readonly enqueue: (operation: () => Promise<void>) => void;
  readonly stateChanged: (state: RTCPeerConnectionState | RTCIceConnectionState) => void;
  readonly track: (track: MediaStreamTrack) => void;
}

/** Candidates that came before their description; a browser gathers far fewer. */
const WAITING_CANDIDATES = 64;

/**
 * Wraps one RTCPeerConnection. Both ends always have one audio and one video section, sending or not, so that
 * microphone, camera and screen come and go by `replaceTrack`, without negotiation. Its methods are called one at
 * a time by the link's queue.
 */
export class Connection {
  readonly pc: RTCPeerConnection;
  readonly #options: ConnectionOptions;
  readonly #stream = new MediaStream();
  #limits: SendLimits | null;
  #audio: RTCRtpTransceiver | null = null;
  #video: RTCRtpTransceiver | null = null;
  /** The session id of the other side's descriptions. */
  #remote: string | null = null;
  #offered: number | null = null;
  #rolledBack: number | null = null;
  #ignored: number | null = null;
  /** The offer that was answered last, until one of our own; null for one without a number. */
  #answered: number | null = null;
  /** Limits changed during a negotiation: the next one tells. */
  #untold = false;
  /** The offer our candidates belong to. */
  #current: number | undefined;
  #waiting: (IceCandidate | null)[] = [];

  constructor(pc: RTCPeerConnection, options: ConnectionOptions) {
    this.pc = pc;
    this.#options = options;
    this.#limits = options.limits;
    pc.onnegotiationneeded = () => options.enqueue(() => this.#negotiate());
    pc.onicecandidate = ({ candidate }) => this.#announce(candidate);
    pc.ontrack = ({ track }) => options.track(track);
    const changed = (): void => options.stateChanged(pc.connectionState ?? pc.iceConnectionState);
    pc.onconnectionstatechange = changed;
    // DTLS hides behind `connectionState`; ICE says earlier that packets stopped.
    pc.oniceconnectionstatechange = () => {
      const ice = pc.iceConnectionState;
      if (ice === "disconnected" || ice === "failed") options.stateChanged(ice);
      else if (pc.connectionState === "connected") changed();
    };
  }

  /** Makes the sections and the first offer. */
  async offer(outgoing: Outgoing): Promise<void> {
    this.#audio = this.#add("audio", outgoing.audio);
    this.#video = this.#add("video", outgoing.video);
    this.#direct();
    await this.#negotiate();
  }

  /** Whether an offer comes from another connection than the one known: the other side began again. */
  isFromAnother(description: RTCSessionDescriptionInit): boolean {
    return this.#remote !== null && sessionIdOf(description.sdp ?? "") !== this.#remote;
  }

  /**
   * Whether a first offer of our own meets the other side's, and gives way. A rollback would leave its sections
   * beside those of the other side's (RFC 9429 §5.10 reuses only what came by `addTrack`): a fresh connection
   * has one of each.
   */
  get givesWay(): boolean {
    return this.#options.polite && this.#remote === null && this.pc.signalingState !== "stable";
  }

  async takeOffer(
    offer: RTCSessionDescriptionInit,
    id: number | undefined,
    outgoing: Outgoing,
  ): Promise<void> {
    if (this.pc.signalingState !== "stable") {
      if (!this.#options.polite) {
        this.#ignored = id ?? null;
        return;
      }
      // The browser rolls our offer back by itself (RFC 9429 §4.1.10.2).
      this.#rolledBack = this.#offered;
      this.#offered = null;
    }
    this.#ignored = null;
    this.#current = id;
    this.#answered = id ?? null;
    await this.#describe(offer);
    await this.#adopt(outgoing);
    await this.pc.setLocalDescription();
    await this.#applyLimits();
    this.#untold = false;
    this.#answer(id);
  }

  /**
   * Takes an answer in. Late answers are dropped. `from-another`: the other side began again and took an offer
   * that was meant for its former connection; only a new connection fits.
   */
  async takeAnswer(
    answer: RTCSessionDescriptionInit,
    id: number | undefined,
  ): Promise<"taken" | "late" | "from-another"> {
    const another = this.isFromAnother(answer);
    if (id !== undefined && id === this.#rolledBack) return another ? "from-another" : "late";
    const awaited = id === undefined || id === this.#offered;
    if (!awaited || this.pc.signalingState !== "have-local-offer") return "late";
    if (another) return "from-another";
    await this.#describe(answer);
    this.#offered = null;
    await this.#applyLimits();
    if (this.#untold) await this.#negotiate();
    return "taken";
  }

  async takeCandidate(candidate: IceCandidate | null, id: number | undefined): Promise<void> {
    if (id !== undefined && id === this.#ignored) return;
    if (this.pc.remoteDescription === null) {
      if (this.#waiting.length < WAITING_CANDIDATES) this.#waiting.push(candidate);
      return;
    }
    try {
      await this.pc.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      // One of a generation that has passed says nothing; any other is worth a line for developers only: ICE
      // goes on with the candidates it has.
      console.debug("a candidate was not taken", error);
    }
  }

  /**
   * Sends the description that may have got lost once more, with the candidates gathered since: the offer that
   * waits for its answer, or else our last answer. Who has it already drops it.
   */
  repeat(): void {
    const type = this.pc.localDescription?.type;
    if (type === "answer" && this.#answered !== null) this.#answer(this.#answered);
    else this.repeatOffer();
  }

  /** The same, for the offer alone. */
  repeatOffer(): void {
    const local = this.pc.localDescription;
    if (this.#offered === null || local?.type !== "offer") return;
    const offer: OfferDescription = { type: "offer", sdp: this.#written() };
    this.#options.send({ kind: "offer", offer, negotiationId: this.#offered });
  }

  restartIce(): void {
    this.pc.restartIce();
  }

  configure(configuration: RTCConfiguration): void {
    this.pc.setConfiguration(configuration);
  }

  /** Whether what is sent leaves through a relay of this side. */
  async usesOwnRelay(): Promise<boolean> {
    const report: StatsEntry[] = [];
    for (const entry of (await this.pc.getStats()).values()) report.push(entry);
    return usesOwnRelay(report);
  }

  /** Sends these tracks from now on. */
  async send(outgoing: Outgoing): Promise<void> {
    // A client that offered sound alone left the picture out; the browser negotiates for the new section.
    if (this.#audio !== null && this.#video === null && outgoing.video !== null) {
      this.#video = this.#add("video", outgoing.video);
      this.#direct();
    }
    await Promise.all([
      this.#audio?.sender.replaceTrack(outgoing.audio),
      this.#video?.sender.replaceTrack(outgoing.video),
    ]);
    await this.#applyLimits();
  }

  async limit(limits: SendLimits): Promise<void> {
    const before = this.#limits;
    this.#limits = limits;
    const codecs = before !== null && before.preferVp8 !== limits.preferVp8;
    const size = (before?.receiveKbps ?? null) !== limits.receiveKbps;
    const pictures = (before?.audioOnly ?? false) !== limits.audioOnly;
    if (pictures || codecs) this.#direct();
    if (codecs || pictures || size) {
      // The browser knows nothing of limits: told now, or after the negotiation that is under way.
      this.#untold = true;
      await this.#negotiate();
    }
    await this.#applyLimits();
  }

  /** The other side's sound as it was played last (W3C WebRTC §5.6); null while nothing is known. */
  sound(): RTCRtpSynchronizationSource | null {
    return this.#audio?.receiver.getSynchronizationSources()[0] ?? null;
  }

  close(): void {
    const { pc } = this;
    pc.onnegotiationneeded = null;
    pc.onicecandidate = null;
    pc.ontrack = null;
    pc.onconnectionstatechange = null;
    pc.oniceconnectionstatechange = null;
    pc.close();
  }

  #add(kind: "audio" | "video", track: MediaStreamTrack | null): RTCRtpTransceiver {
    return this.pc.addTransceiver(track ?? kind, { direction: "sendrecv", streams: [this.#stream] });
  }

  /** Takes over the sections that the other side's offer made. */
  async #adopt(outgoing: Outgoing): Promise<void> {
    const of = (kind: string): RTCRtpTransceiver | null =>
      this.pc.getTransceivers().find((one) => one.mid !== null && one.receiver.track.kind === kind) ?? null;
    const audio = of("audio");
    const video = of("video");
    if (audio !== this.#audio || video !== this.#video) {
      for (const one of [audio, video]) one?.sender.setStreams?.(this.#stream);
      this.#audio = audio;
      this.#video = video;
      await this.send(outgoing);
    }
    this.#direct();
  }

  #direct(): void {
    if (this.#audio !== null && this.#audio.direction !== "sendrecv") this.#audio.direction = "sendrecv";
    if (this.#video === null) return;
    const wanted = this.#limits?.audioOnly === true ? "inactive" : "sendrecv";
    if (this.#video.direction !== wanted) this.#video.direction = wanted;
    preferCodecs(this.#video, this.#limits?.preferVp8 ?? false);
  }

  async #negotiate(): Promise<void> {
    // With an offer under way the browser asks again when that one is through.
    if (this.pc.signalingState !== "stable") return;
    this.#untold = false;
    await this.pc.setLocalDescription();
    if (this.pc.localDescription?.type !== "offer") return;
    this.#answered = null;
    this.#offered = this.#options.nextOffer();
    this.#current = this.#offered;
    const offer: OfferDescription = { type: "offer", sdp: this.#written() };
    this.#options.send({ kind: "offer", offer, negotiationId: this.#offered });
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    await this.pc.setRemoteDescription(description);
    this.#remote = sessionIdOf(description.sdp ?? "");
    for (const candidate of this.#waiting.splice(0)) await this.takeCandidate(candidate, undefined);
  }

  #answer(id: number | undefined): void {
    const answer: AnswerDescription = { type: "answer", sdp: this.#written() };
    this.#options.send({ kind: "answer", answer, ...numbered(id) });
  }

  /** The local description as it is sent. */
  #written(): string {
    return limitVideo(this.pc.localDescription?.sdp ?? "", this.#limits?.receiveKbps ?? null);
  }

  #announce(candidate: RTCIceCandidate | null): void {
    // An empty candidate ends a generation, null ends gathering: one of them is enough for the other side.
    if (candidate !== null && candidate.candidate === "") return;
    const written = candidate === null ? null : asWritten(candidate);
    this.#options.send({ kind: "candidate", candidate: written, ...numbered(this.#current) });
  }

  async #applyLimits(): Promise<void> {
    const limits = this.#limits;
    if (limits === null) return;
    await setEncoding(this.#audio, { maxBitrate: limits.audioKbps * 1000 });
    const track = this.#video?.sender.track ?? null;
    const lines = track?.getSettings().height ?? limits.lines;
    const screen = track?.contentHint === "detail" || track?.contentHint === "text";
    await setEncoding(this.#video, {
      active: !limits.videoPaused,
      maxBitrate: limits.videoKbps * 1000,
      maxFramerate: limits.fps,
      scaleResolutionDownBy: screen ? 1 : Math.max(1, lines / limits.lines),
    });
  }
}

function numbered(id: number | undefined): { negotiationId?: number } {
  return id === undefined ? {} : { negotiationId: id };
}

function asWritten(candidate: RTCIceCandidate): IceCandidate {
  const { candidate: line, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: line, sdpMid, sdpMLineIndex, usernameFragment };
}

/** Sets what changed of the only encoding; before the first negotiation there is none to set. */
async function setEncoding(
  transceiver: RTCRtpTransceiver | null,
  wanted: Partial<RTCRtpEncodingParameters>,
): Promise<void> {
  const sender = transceiver?.sender;
  if (sender === undefined) return;
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings ?? [];
  if (encoding === undefined) return;
  const keys = Object.keys(wanted) as (keyof RTCRtpEncodingParameters)[];
  if (keys.every((key) => encoding[key] === wanted[key])) return;
  Object.assign(encoding, wanted);
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // A browser that knows less of it sends as it would have: no reason to break what works.
    console.debug("a limit was not set", error);
  }
}
