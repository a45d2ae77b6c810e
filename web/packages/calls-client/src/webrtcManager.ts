// The founding interface to calls: one object that holds streams and connections, over a session.

import { Client } from "./client.js";
import { CallError, type CallErrorName } from "./errors.js";
import { createLocalMedia, type LocalMedia } from "./media/index.js";
import type { Session } from "./session/session.js";
import { isReadable } from "./signalling/readable.js";
import type { CallSocket } from "./socket.js";
import type { Ended, ParticipantState, Quality } from "./state.js";
import type { TurnCredentialsBody } from "./wire/index.js";

/**
 * The founding `WebRTCManager`. The product starts and answers calls by itself (REST or socket), sets
 * {@link currentCallId}, and gets the streams. For everything else there is `createCallClient`.
 */
export default class WebRTCManager {
  /** Called when the stream of a participant is there; `stream` stays the same while they are in the call. */
  onRemoteStream: ((userId: string, stream: MediaStream) => void) | null = null;
  /** Called when a participant's stream is gone. */
  onRemoteStreamRemoved: ((userId: string) => void) | null = null;
  /** Called with what went wrong; `message` is worded as documented, `recover()` tries the way out. */
  onError: ((error: CallError) => void) | null = null;
  /** Called when the grade of a participant's connection changed, one's own included. */
  onConnectionQuality: ((userId: string, quality: Quality) => void) | null = null;
  /** Called once when the call is over. */
  onCallEnded: ((ended: Ended) => void) | null = null;
  /** This side called. Kept for the founding interface: who gives way follows from the call itself. */
  isInitiator = false;

  readonly #client: Client;
  readonly #media: LocalMedia;
  readonly #socket: CallSocket;
  readonly #onOffer: (offer: unknown) => void;
  readonly #remote = new Map<string, MediaStream>();
  readonly #qualities = new Map<string, Quality>();
  readonly #told = new Set<CallErrorName>();
  #local: MediaStream | null = null;
  #turn: TurnCredentialsBody | null = null;
  #callId: string | null = null;
  #session: Session | null = null;
  #unsubscribe: () => void = () => {};

  constructor(socket: CallSocket) {
    this.#socket = socket;
    this.#media = createLocalMedia();
    this.#client = new Client(
      { socket, playAudio: false, storage: null, credentials: () => this.#turn },
      { media: this.#media },
    );
    // The callee's side of the founding flow: after its own answer, the caller's offer arrives.
    this.#onOffer = (offer) => {
      if (isReadable("call:offer", offer) && offer.callId === this.#callId) this.#attach();
    };
    socket.on("call:offer", this.#onOffer);
  }

  /** The call that signals belong to; set it after starting or answering. */
  get currentCallId(): string | null {
    return this.#callId;
  }

  set currentCallId(callId: string | null) {
    if (callId === this.#callId) return;
    this.#detach();
    this.#callId = callId;
    if (callId !== null) this.#attach();
  }

  /** What is captured here; null before {@link initializeLocalStream}. */
  get localStream(): MediaStream | null {
    return this.#local;
  }

  /** The others' streams by user id. */
  get remoteStreams(): ReadonlyMap<string, MediaStream> {
    return this.#remote;
  }

  /**
   * Uses these relay credentials. Without (the founding sample hands over `undefined`, the body of an answer that
   * was never read) they are asked of the server.
   */
  async setTurnCredentials(credentials?: TurnCredentialsBody | null): Promise<void> {
    this.#turn = credentials?.urls === undefined || credentials.urls.length === 0 ? null : credentials;
  }

  /**
   * Captures microphone and camera. Rejects with a {@link CallError} (`Failed to access camera/microphone: …`) when
   * nothing that was asked for is there; what is there is used.
   */
  async initializeLocalStream(audio = true, video = true): Promise<MediaStream> {
    const asked = [this.#media.setMicrophone(audio), this.#media.setCamera(video)];
    const outcomes = await Promise.allSettled(asked);
    const stream = this.#captured();
    const failed = outcomes.find((one) => one.status === "rejected");
    if (stream.getTracks().length === 0 && (audio || video)) throw this.#failure() ?? failed?.reason;
    return stream;
  }

  /** Connects with somebody in the current call. Before they have answered the server holds the offer. */
  async initiateCallToUser(targetUserId: string): Promise<void> {
    if (this.#callId === null) throw new CallError("Refused", "Set currentCallId before connecting.");
    const session = this.#attach();
    await session.settled;
    session.connectTo(targetUserId);
  }

  /** Microphone on (`true`) or muted. Returns what holds now. */
  toggleAudio(enabled: boolean): boolean {
    void this.#media.setMicrophone(enabled).catch((error: unknown) => this.#failed(error));
    return enabled;
  }

  /** Camera on (`true`) or off. Returns what holds now. */
  toggleVideo(enabled: boolean): boolean {
    void this.#media.setCamera(enabled).catch((error: unknown) => this.#failed(error));
    return enabled;
  }

  /** Shares a screen, with its sound where the browser gives it. Returns the shared track; null when nobody chose one. */
  async startScreenShare(): Promise<MediaStreamTrack | null> {
    await this.#media.startScreenShare({ audio: true });
    return this.#media.store.get().screen.track;
  }

  /** Back to the camera. */
  stopScreenShare(): void {
    this.#media.stopScreenShare();
  }

  /** Lets go of everything: connections, devices, listeners. The call itself is the product's to end. */
  cleanup(): void {
    this.#detach();
    this.#callId = null;
    this.#socket.off("call:offer", this.#onOffer);
    this.#client.dispose();
    this.#local = null;
  }

  #attach(): Session {
    const callId = this.#callId ?? "";
    const session = this.#client.attach(callId);
    if (session === this.#session) return session;
    this.#session = session;
    this.#unsubscribe = session.store.subscribe(() => this.#changed(session));
    return session;
  }

  #detach(): void {
    this.#unsubscribe();
    this.#session?.detach();
    this.#session = null;
    this.#client.dismiss();
    for (const userId of [...this.#remote.keys()]) this.#gone(userId);
    this.#qualities.clear();
    this.#told.clear();
  }

  #changed(session: Session): void {
    const { participants, ended, notices } = session.store.get();
    for (const one of participants) this.#participant(one);
    for (const userId of [...this.#remote.keys()]) {
      if (!participants.some((one) => one.userId === userId && one.status === "joined")) this.#gone(userId);
    }
    for (const { error } of notices) if (error !== null) this.#failed(error);
    if (this.#local !== null) this.#captured();
    if (ended !== null && session === this.#session) {
      this.#detach();
      if (ended.error !== null) this.#failed(ended.error);
      this.onCallEnded?.(ended);
    }
  }

  #participant(one: ParticipantState): void {
    const { userId, quality } = one;
    if (quality !== null && this.#qualities.get(userId)?.grade !== quality.grade) {
      this.#qualities.set(userId, quality);
      this.onConnectionQuality?.(userId, quality);
    }
    const known = this.#remote.get(userId);
    const nothing = one.audioTrack === null && one.videoTrack === null;
    if (one.isSelf || (known === undefined && nothing)) return;
    const stream = known ?? new MediaStream();
    hold(stream, [one.audioTrack, one.videoTrack]);
    if (known === undefined) {
      this.#remote.set(userId, stream);
      this.onRemoteStream?.(userId, stream);
    }
  }

  #gone(userId: string): void {
    if (this.#remote.delete(userId)) this.onRemoteStreamRemoved?.(userId);
  }

  /** The local stream, with the tracks of now. */
  #captured(): MediaStream {
    const { microphone, camera, screen } = this.#media.store.get();
    this.#local ??= new MediaStream();
    hold(this.#local, [microphone.track, screen.track ?? camera.track]);
    return this.#local;
  }

  #failure(): CallError | null {
    const { microphone, camera } = this.#media.store.get();
    return camera.error ?? microphone.error;
  }

  /** Once for each kind, until something else is done. */
  #failed(error: unknown): void {
    if (!(error instanceof CallError) || this.#told.has(error.name)) return;
    this.#told.add(error.name);
    this.onError?.(error);
  }
}

/** Makes a stream hold exactly these tracks. */
function hold(stream: MediaStream, wanted: readonly (MediaStreamTrack | null)[]): void {
  for (const track of stream.getTracks()) if (!wanted.includes(track)) stream.removeTrack(track);
  for (const track of wanted) if (track !== null) stream.addTrack(track);
}
