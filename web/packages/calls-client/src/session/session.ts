// One call on this device: joins the server's view, the media and the person's wishes into one state.

import type { CallSession, Levels } from "../api.js";
import { CallError } from "../errors.js";
import { createLevels, createPlayback, type DeviceChange, type Playback } from "../media/index.js";
import type { PeerSignal } from "../peer/signal.js";
import type { CallState, Ended, Intent, Notice, QualityChoice } from "../state.js";
import { createStore, type WritableStore } from "../store.js";
import {
  type CallView,
  endedOf,
  newSequencer,
  participantOf,
  type SequencerInput,
  type SequencerState,
  type StateChange,
  sequence,
} from "../view/index.js";
import type { MediaPeer, MediaState, ServerEvents, StateEvent } from "../wire/index.js";
import type { Opening, SessionDeps } from "./deps.js";
import { endedByError, endedByServer, endedByStop, endedLocally } from "./endings.js";
import { initialState } from "./initialState.js";
import { carryOut } from "./intents.js";
import { Links } from "./links.js";
import { MediaStateSync, wantedOf } from "./mediaStateSync.js";
import { Monitor } from "./monitor.js";
import { nextState } from "./nextState.js";
import { News } from "./notices.js";
import { introduced, openCall } from "./opening.js";
import { accessParts, levelsParts, linksParts, mediaStateParts, monitorParts, SERVER } from "./parts.js";
import { ReturnPath } from "./returnPath.js";
import { readSeat, seatOf, writeSeat } from "./seat.js";
import { SfuAccess } from "./sfuAccess.js";
import { TransportReport } from "./transportReport.js";
import { TurnCredentials } from "./turnCredentials.js";

/** The one implementation of {@link CallSession}. Lives from the first click until `ended` is dismissed. */
export class Session implements CallSession {
  readonly store: WritableStore<CallState>;
  readonly levels: Levels;
  readonly finished: Promise<void>;
  /** Resolves when the call has begun, or did not. */
  readonly settled: Promise<void>;
  readonly deps: SessionDeps;
  readonly links: Links;
  readonly monitor: Monitor;
  readonly playback: Playback | null;
  readonly turn: TurnCredentials;
  readonly sfu: SfuAccess;
  /** How loud somebody is played here, 0 to 1; 1 for who is not in it. */
  readonly volumes = new Map<string, number>();
  readonly #mediaState: MediaStateSync;
  readonly #returnPath: ReturnPath;
  readonly #undo: (() => void)[] = [];
  #finish: () => void = () => {};
  #sequencer: SequencerState = newSequencer();
  #selfId: string | null = null;
  #resumeToken: string | null = null;
  /** This device comes new into a running call: the others cannot know, so it offers. */
  #offers = false;
  readonly #news = new News();
  #turnError: CallError | null = null;
  readonly #transport: TransportReport;
  #over = false;
  /** Relay servers are there, or not to be had: connections may be made. */
  #ready = false;
  /** The server has let us in since the seat was taken last. */
  #joined = false;

  constructor(deps: SessionDeps, opening: Opening) {
    this.deps = deps;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.store = createStore(initialState(opening, deps));
    this.playback = deps.playAudio ? createPlayback() : null;
    this.turn = new TurnCredentials({
      ...deps,
      policy: deps.iceTransportPolicy,
      given: deps.credentials,
      changed: (configuration, restart) => {
        this.links.configure(configuration, restart);
        this.sfu.session?.configure(configuration, restart);
      },
      failed: (error) => {
        this.#turnError = error;
        this.update();
      },
    });
    this.links = new Links(linksParts(this));
    this.sfu = new SfuAccess(accessParts(this));
    this.levels = createLevels(levelsParts(this));
    this.monitor = new Monitor(monitorParts(this));
    this.#mediaState = new MediaStateSync(mediaStateParts(this));
    this.#transport = new TransportReport(deps.signalling);
    this.#returnPath = new ReturnPath(this);
    this.#undo.push(deps.media.store.subscribe(() => this.#mediaChanged()));
    this.#undo.push(this.playback?.blocked.subscribe(() => this.update()) ?? (() => {}));
    const { speakerId } = deps.media.store.get();
    if (speakerId !== null) this.#speak(speakerId);
    this.settled = this.#open(opening);
  }

  /** The server's view; null before there is one. */
  get view(): CallView | null {
    return this.#sequencer.view;
  }

  get selfId(): string | null {
    return this.#selfId;
  }

  get over(): boolean {
    return this.#over;
  }

  get resumeToken(): string | null {
    return this.#resumeToken;
  }

  dispatch(intent: Intent): Promise<void> {
    return carryOut(this, intent);
  }

  /** A server event about this call, or (before its id is known) about any. */
  hear<Name extends keyof ServerEvents>(name: Name, payload: ServerEvents[Name]): void {
    if (!this.#over) this.take({ type: "event", name, payload });
  }

  /** Somebody reports their quality. */
  hearQuality(event: ServerEvents["call:quality"]): void {
    if (!this.#over && this.view !== null) this.take({ type: "quality", event });
  }

  /** The server sends the whole call by itself. */
  hearSnapshot(call: StateEvent): void {
    if (!this.#over && this.view !== null) this.take({ type: "snapshot", call });
  }

  /** This device no longer holds the call. */
  hearStop(event: ServerEvents["call:ring-stopped"]): void {
    // A direct call's own end comes as `call:ended`, with more to say.
    if (event.reason !== "ended") this.end(endedByStop(event, this.#seconds()));
  }

  /** An offer, an answer or a candidate; `transport` says which of the two connections with the server it is of. */
  hearSignal(callId: string, userId: string, signal: PeerSignal, transport?: MediaPeer): void {
    const known = this.store.get().callId;
    if (this.#over) return;
    if (userId === SERVER) {
      if (transport !== undefined) this.sfu.receive(transport, signal);
    } else if (known === null) this.links.keep(callId, userId, signal);
    else if (known === callId) this.links.receive(userId, signal);
  }

  /** The socket came or went. */
  connection(connected: boolean): void {
    if (this.#over) return;
    this.#returnPath.connection(connected);
    if (connected) this.turn.signallingBack();
    this.update();
  }

  /** Takes the seat that the server gave. */
  seat(input: SequencerInput, token: string | undefined, offers: boolean): void {
    if (this.#over) return;
    if (token !== undefined) this.#resumeToken = token;
    this.#offers = this.#offers || offers;
    this.#returnPath.seat();
    this.#joined = false;
    this.take(input);
    if (this.view !== null) this.links.named(this.view.callId);
  }

  /** Takes something into the view, and does what follows from it. */
  take(input: SequencerInput): void {
    const { state, effects } = sequence(this.#sequencer, input);
    this.#sequencer = state;
    for (const effect of effects) {
      if (effect.type === "resync") this.#returnPath.catchUp();
      else if (effect.event.change !== null) this.#follow(effect.event.change);
    }
    this.settle();
    this.update();
  }

  /** What the server should say of our microphone, camera and screen. */
  wanted(): MediaState {
    return wantedOf(this.deps.media.store.get());
  }

  /** Something happened that the person should know, once. */
  happened(kind: Notice["kind"], error: unknown = null, userId: string | null = null): void {
    this.#news.add(kind, error, this.deps.clock.now(), userId);
    this.update();
  }

  /** Another device than the chosen one is used, or the chosen one is back. */
  deviceChanged({ device, reason }: DeviceChange): void {
    if (device === "speaker") this.#speak(reason === "gone" ? null : this.deps.media.store.get().speakerId);
    this.happened("device-changed");
  }

  /** Puts a notice away. */
  dismiss(id: string): void {
    this.#news.dismiss(id);
    this.update();
  }

  /** Sets what the person chose to send and receive at most. */
  chooseQuality(qualityChoice: QualityChoice): void {
    this.store.patch({ qualityChoice });
    this.monitor.apply();
    this.sfu.session?.limit();
  }

  /** Signalling is back: what may have got lost is sent again. */
  signallingBack(): void {
    this.links.signallingBack();
    this.sfu.session?.signallingBack();
  }

  /** The network may have changed: what is broken is tried at once. */
  networkChanged(): void {
    this.links.networkChanged();
    this.sfu.session?.networkChanged();
  }

  /** A person asks for it: what is broken is tried at once. */
  retry(): void {
    this.links.retry();
    this.sfu.session?.retry();
  }

  /** Signals may be sent; null while they may not. */
  get seatedIn(): string | null {
    return this.#returnPath.seated ? (this.view?.callId ?? null) : null;
  }

  /** The call is over for this device: everything is let go of. What the server says later completes `ended`. */
  end(ended: Ended): void {
    if (this.#over) return;
    this.#over = true;
    this.monitor.stop();
    this.links.close();
    this.sfu.close();
    this.turn.close();
    this.playback?.dispose();
    this.#mediaState.stop();
    this.#returnPath.close();
    for (const undo of this.#undo) undo();
    writeSeat(this.deps.storage, null);
    this.deps.media.stop();
    this.store.patch({ ended });
    this.update();
    this.#finish();
  }

  /** Connects with somebody before they have answered (the founding facade); the server holds what is sent. */
  connectTo(userId: string): void {
    if (this.view !== null && this.#selfId !== null) this.links.ask(this.view, this.#selfId, userId);
  }

  /** Lets go of everything without a word to the server: the seat may be taken again. */
  detach(): void {
    const { storage } = this.deps;
    const seat = readSeat(storage);
    this.end(endedLocally(this.view, this.#selfId, this.#seconds()));
    writeSeat(storage, seat);
  }

  /** Goes, as the person asked; the server hears of it from the caller. */
  leave(): void {
    this.end(endedLocally(this.view, this.#selfId, this.#seconds()));
  }

  /** The server's account of a call that is over here already. */
  complete(ended: Partial<Ended>): void {
    const known = this.store.get().ended;
    if (known !== null) this.store.patch({ ended: { ...known, ...ended } });
  }

  /** Computes the state anew. */
  update(): void {
    const direct = this.links.facts();
    for (const [userId, { incoming }] of direct) this.playback?.set(userId, incoming.audio);
    const links = this.sfu.session?.facts() ?? direct;
    this.store.set(
      nextState(this.store.get(), {
        view: this.view,
        selfId: this.#selfId,
        links,
        local: this.deps.media.store.get(),
        wanted: this.wanted(),
        over: this.#over,
        signallingLost: this.#returnPath.lost,
        audioBlocked: this.playback?.blocked.get().blocked ?? false,
        turnError: this.#turnError,
        sfuError: this.sfu.error,
        volumes: this.volumes,
        news: this.#news,
        clockOffset: this.deps.clockOffset(),
      }),
    );
    this.#transport.tell({
      callId: this.seatedIn,
      topology: this.view?.topology,
      state: this.links.transport(),
      heard: this.sfu.session?.heardDirectly !== false,
    });
  }

  #speak(speakerId: string | null): void {
    this.playback?.setSpeaker(speakerId).catch((error: unknown) => this.happened("request-failed", error));
  }

  async #open(opening: Opening): Promise<void> {
    try {
      await this.deps.before;
      const [self] = await Promise.all([
        introduced(this),
        openCall(this, opening, (id) => void this.turn.prepare(id)),
      ]);
      this.#selfId = self.userId;
      if (this.#over) return;
      this.settle();
      this.monitor.start();
      await this.turn.prepare(this.view?.callId ?? "");
      this.#ready = true;
      this.settle();
      this.update();
    } catch (error) {
      this.end(endedByError(error));
    }
  }

  /** Somebody else has the seat, or nobody. */
  lostTo(reason: string, cause: unknown): void {
    const error = cause instanceof CallError ? cause : null;
    this.end({ reason, endedBy: null, durationSeconds: this.#seconds(), error, joinable: false });
  }

  /** Brings everything to what the view says. */
  settle(): void {
    const { view } = this;
    if (this.#over || view === null || this.#selfId === null) return;
    if (view.endedAt !== null) {
      this.end(endedOf(view, this.#selfId) ?? endedLocally(view, this.#selfId, this.#seconds()));
      return;
    }
    const me = participantOf(view, this.#selfId);
    if (me?.status === "joined" && !this.#joined) {
      this.#joined = true;
      this.#mediaState.begin(view.callId, me.mediaState);
    }
    // Somebody who is let in (back) is `left` until the server has said so.
    if (me?.status === "left" && this.#joined && this.#returnPath.seated) this.#leftByServer(view);
    this.#remember();
    if (this.#over || !this.#ready) return;
    this.links.reconcile(view, this.#selfId, this.#offers);
    this.#offers = false;
    if (me?.status === "joined") this.sfu.settle(view, this.#selfId);
    if (view.participants.length > 2 && this.deps.config()?.features.sfu === true) this.sfu.prefetch();
    this.monitor.apply();
  }

  /** Something in the view changed by an event. */
  #follow({ name, payload }: StateChange): void {
    if (name === "call:participant-reconnected") this.links.signallingBack(payload.userId);
    if (name === "call:media-state-changed" && payload.userId === this.#selfId) {
      this.#mediaState.heard(payload.mediaState);
    }
  }

  #leftByServer(view: CallView): void {
    const ended = this.#selfId === null ? null : endedByServer(view, this.#selfId);
    if (ended?.reason === "connection-lost") this.#returnPath.joinAgain();
    else if (ended !== null) this.end(ended);
  }

  #mediaChanged(): void {
    // A page that captures may play, without a click too; what was refused before is tried again.
    const { microphone, camera } = this.deps.media.store.get();
    const captures = microphone.track !== null || camera.track !== null;
    if (captures && this.playback?.blocked.get().blocked === true) void this.playback.resume();
    this.#mediaState.changed();
    this.#remember();
    this.update();
  }

  #remember(): void {
    if (this.view === null || this.#resumeToken === null || this.#over) return;
    writeSeat(this.deps.storage, seatOf(this.view, this.#resumeToken, this.deps.media.store.get()));
  }

  #seconds(): number {
    const { startedAtMs } = this.store.get();
    return startedAtMs === null ? 0 : Math.max(0, Math.floor((this.deps.clock.now() - startedAtMs) / 1000));
  }
}
