// The connection that sends to the server: four sections that never change, and what is sent on each.

import type { Clock } from "../clock.js";
import type { Sources } from "../media/localMedia.js";
import { sessionIdOf } from "../peer/sdp.js";
import type { PeerSignal } from "../peer/signal.js";
import type { QualityChoice } from "../state.js";
import type { Store } from "../store.js";
import { askForVoice, preferServerCodecs } from "./codecs.js";
import { cameraEncodings, type Encoding, RIDS, screenEncoding, totalKbps } from "./encodings.js";
import { Leg } from "./leg.js";

/** What a publisher needs. */
export interface PublisherOptions {
  readonly clock: Clock;
  readonly sources: Store<Sources>;
  readonly choice: () => QualityChoice;
  readonly createConnection: () => RTCPeerConnection;
  readonly send: (signal: PeerSignal) => void;
  /** Signalling works now. */
  readonly reachable: () => boolean;
  /** Make both connections anew. */
  readonly rebuild: () => void;
  readonly changed: () => void;
}

/** The sections, in the order that tells the server which is which. */
const SECTIONS = [
  ["microphone", "audio"],
  ["camera", "video"],
  ["screen", "video"],
  ["screenSound", "audio"],
] as const satisfies readonly (readonly [keyof Sources, "audio" | "video"])[];

/** An offer that nobody answers is sent again after this: signals may get lost without anybody's noticing. */
const ANSWER_AWAITED_MS = 5_000;

/** The most that a voice takes, in bit/s, redundancy not counted. More is not heard, less sounds like a telephone. */
const VOICE_BITRATE = 40_000;

/** The sound of a screen may be music. */
const SCREEN_SOUND_BITRATE = 96_000;

/**
 * Offers. Microphone, camera and screen come and go by `replaceTrack`, and layers by `active`, without negotiation:
 * an offer is made at the beginning and when ICE begins again.
 */
export class Publisher {
  readonly leg: Leg;
  readonly #options: PublisherOptions;
  readonly #unsubscribe: () => void;
  #transceivers: RTCRtpTransceiver[] = [];
  #nextOffer: number;
  #offered: number | null = null;
  /** The session id of the server's descriptions. */
  #remote: string | null = null;
  #cancelRepeat: () => void = () => {};
  #watchedLayers: ReadonlySet<string> | null = null;
  #screenWatched = true;
  #wantedKbps = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    // Drawn by lot: an answer meant for the page before a reload must not fit.
    this.#nextOffer = 1 + Math.floor(options.clock.random() * 0x3fff_ffff);
    this.leg = new Leg({ ...options, restart: () => this.#restart() });
    this.#unsubscribe = options.sources.subscribe(() => this.leg.enqueue(() => this.#send()));
  }

  /** What the pictures that are sent take at most, in kbit/s; null while none is. */
  get wantedKbps(): number | null {
    const { camera, screen } = this.#options.sources.get();
    return camera === null && screen === null ? null : this.#wantedKbps + VOICE_BITRATE / 1_000;
  }

  /** Puts a fresh connection in the place of the one there was, and offers. */
  begin(): void {
    this.leg.enqueue(async () => this.#open());
  }

  /** The server's answer; a late one is dropped. */
  receive(signal: PeerSignal): void {
    if (signal.kind !== "answer") return;
    this.leg.enqueue(() => this.#takeAnswer(signal.answer, signal.negotiationId));
  }

  /**
   * The server could not use the offer. It has lost the connection that this one knew; for one that it never took,
   * another would be refused as well.
   */
  refused(): void {
    if (this.#remote !== null && this.#offered !== null) this.#options.rebuild();
  }

  /** Which layers of the camera or the screen somebody watches. */
  watched(source: string, rids: readonly string[]): void {
    if (source === "camera") this.#watchedLayers = new Set(rids);
    else if (source === "screen") this.#screenWatched = rids.length > 0;
    this.limit();
  }

  /** The person chose another quality. */
  limit(): void {
    this.leg.enqueue(() => this.#limit());
  }

  /** Looks for a better way, though there may be one. */
  restartIce(): void {
    this.leg.enqueue(() => this.#restart());
  }

  /** Signalling was away: an offer that may have got lost is sent again. */
  signallingBack(): void {
    this.leg.signallingBack();
    if (this.leg.pc === null) this.#options.rebuild();
    else this.leg.enqueue(async () => this.#repeat());
  }

  configure(configuration: RTCConfiguration): void {
    this.leg.pc?.setConfiguration(configuration);
  }

  close(): void {
    this.#unsubscribe();
    this.#cancelRepeat();
    this.leg.close();
  }

  #open(): void {
    this.#offered = null;
    this.#remote = null;
    this.#transceivers = [];
    this.leg.drop();
    if (!this.#options.reachable()) return;
    const pc = this.leg.open();
    const sources = this.#options.sources.get();
    this.#transceivers = SECTIONS.map(([name, kind]) => {
      const transceiver = pc.addTransceiver(sources[name] ?? kind, {
        direction: "sendonly",
        sendEncodings: this.#encodingsOf(name),
      });
      preferServerCodecs(transceiver, kind);
      return transceiver;
    });
    pc.onnegotiationneeded = () => this.leg.enqueue(() => this.#negotiate());
  }

  async #restart(): Promise<void> {
    if (!this.#options.reachable()) return;
    if (this.leg.pc === null) this.#options.rebuild();
    else this.leg.pc.restartIce();
  }

  async #negotiate(): Promise<void> {
    const { pc } = this.leg;
    // With an offer under way the browser asks again when that one is through.
    if (pc?.signalingState !== "stable") return;
    await pc.setLocalDescription();
    this.#nextOffer += 1;
    this.#offered = this.#nextOffer;
    this.#repeat();
  }

  /** Sends the offer that waits for its answer, now and again. */
  #repeat(): void {
    this.#cancelRepeat();
    const sdp = this.leg.pc?.localDescription?.sdp;
    if (this.#offered === null || sdp === undefined) return;
    this.#options.send({ kind: "offer", offer: { type: "offer", sdp }, negotiationId: this.#offered });
    this.#cancelRepeat = this.#options.clock.after(ANSWER_AWAITED_MS, () =>
      this.leg.enqueue(async () => this.#repeat()),
    );
  }

  async #takeAnswer(answer: RTCSessionDescriptionInit, id: number | undefined): Promise<void> {
    const { pc } = this.leg;
    const sdp = answer.sdp ?? "";
    const session = sessionIdOf(sdp);
    if (pc === null || id !== this.#offered || pc.signalingState !== "have-local-offer") return;
    this.#offered = null;
    this.#cancelRepeat();
    if (this.#remote !== null && session !== this.#remote) {
      // The server began again: only a new connection fits.
      this.#options.rebuild();
      return;
    }
    await pc.setRemoteDescription({ type: "answer", sdp: askForVoice(sdp) });
    this.#remote = session;
    this.leg.described();
    await this.#send();
  }

  /** Sends these tracks from now on. */
  async #send(): Promise<void> {
    const sources = this.#options.sources.get();
    await Promise.all(
      SECTIONS.map(async ([name], index) => {
        const sender = this.#transceivers[index]?.sender;
        if (sender !== undefined && sender.track !== sources[name]) await sender.replaceTrack(sources[name]);
      }),
    );
    await this.#limit();
  }

  async #limit(): Promise<void> {
    await Promise.all(
      SECTIONS.map(([name], index) =>
        setEncodings(this.#transceivers[index]?.sender, this.#encodingsOf(name)),
      ),
    );
  }

  #encodingsOf(name: keyof Sources): RTCRtpEncodingParameters[] {
    if (name === "microphone") return [{ maxBitrate: VOICE_BITRATE }];
    if (name === "screenSound") return [{ maxBitrate: SCREEN_SOUND_BITRATE }];
    const choice = this.#options.choice();
    const { camera, screen } = this.#options.sources.get();
    const screenWish = screenEncoding(choice, this.#screenWatched);
    if (name === "screen") return [screenWish];
    const layers = cameraEncodings({ size: sizeOf(camera), choice, watched: this.#watchedLayers });
    const sent: readonly Encoding[] = [
      ...(camera === null ? [] : layers),
      ...(screen === null ? [] : [screenWish]),
    ];
    this.#wantedKbps = totalKbps(sent);
    return layers.map((layer, index) => ({ rid: RIDS[index] ?? "f", ...layer }));
  }
}

function sizeOf(track: MediaStreamTrack | null): { width: number; height: number } | null {
  const { width, height } = track?.getSettings() ?? {};
  return width === undefined || height === undefined ? null : { width, height };
}

/** Sets what changed. A browser or server without simulcast has one encoding: it gets the largest of the layers. */
async function setEncodings(
  sender: RTCRtpSender | undefined,
  wanted: readonly RTCRtpEncodingParameters[],
): Promise<void> {
  if (sender === undefined) return;
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  const largest = wanted.findLast((one) => one.active !== false) ?? wanted.at(-1);
  let changed = false;
  for (const encoding of encodings) {
    const named = encodings.length > 1 ? wanted.find((one) => one.rid === encoding.rid) : largest;
    if (named === undefined) continue;
    const { rid: _, ...fields } = named;
    const keys = Object.keys(fields) as (keyof typeof fields)[];
    if (keys.every((key) => encoding[key] === fields[key])) continue;
    Object.assign(encoding, fields);
    changed = true;
  }
  if (!changed) return;
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // A browser that knows less of it sends as it would have: no reason to break what works.
    console.debug("the layers were not set", error);
  }
}
