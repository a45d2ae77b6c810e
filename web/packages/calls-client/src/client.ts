// Calls over one socket: rings, the call this device is in, and who one is.

import type {
  AnswerOptions,
  CallClient,
  CallClientOptions,
  CallSession,
  LocalPreview,
  StartOptions,
} from "./api.js";
import { browserFeatures } from "./browser.js";
import { systemClock } from "./clock.js";
import { beginCheck } from "./connectivity/begin.js";
import type { ConnectivityCheck } from "./connectivity/state.js";
import { CallError } from "./errors.js";
import { browserEnvironment, createLevels, createLocalMedia, type LocalMedia } from "./media/index.js";
import { Rings } from "./rings.js";
import { ASIDE_NAMES, hearAside } from "./session/asides.js";
import type { Opening, SessionDeps } from "./session/deps.js";
import { readSeat, type SeatStorage, writeSeat } from "./session/seat.js";
import { Session } from "./session/session.js";
import { Signalling } from "./signalling/signalling.js";
import { SocketCare } from "./signalling/socketCare.js";
import type { ClientState } from "./state.js";
import { createStore, type WritableStore } from "./store.js";
import type { ConfigResponse, IceTransport, RejectReason, ServerEvents } from "./wire/index.js";
import { STATE_EVENTS } from "./wire/index.js";

/** Makes a client. One for each socket. */
export function createCallClient(options: CallClientOptions): CallClient {
  return new Client(options);
}

/** What tests and the founding facade change. */
export interface ClientParts {
  readonly media?: LocalMedia;
  readonly createConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

interface Self {
  readonly userId: string;
  readonly config: ConfigResponse;
}

/** The one implementation of {@link CallClient}. */
export class Client implements CallClient {
  readonly store: WritableStore<ClientState>;
  readonly session: WritableStore<{ readonly current: CallSession | null }>;
  readonly preview: LocalPreview;
  readonly #options: CallClientOptions;
  readonly #signalling: Signalling;
  readonly #media: LocalMedia;
  readonly #parts: ClientParts;
  readonly #rings: Rings;
  readonly #care: SocketCare;
  readonly #storage: SeatStorage | null;
  readonly #undo: (() => void)[] = [];
  readonly #started = new Map<string, CallSession>();
  #current: Session | null = null;
  #self: Promise<Self> | null = null;
  #clockOffset = 0;
  #icePolicy: IceTransport | null;

  constructor(options: CallClientOptions, parts: ClientParts = {}) {
    this.#options = options;
    this.#icePolicy = options.iceTransportPolicy ?? null;
    this.#parts = parts;
    this.#signalling = new Signalling(options.socket);
    this.#media =
      parts.media ?? createLocalMedia({ onDeviceChange: (change) => this.#current?.deviceChanged(change) });
    this.#storage = options.storage === undefined ? tabStorage() : options.storage;
    this.store = createStore<ClientState>({
      connection: options.socket.connected ? "connected" : "connecting",
      self: null,
      config: null,
      rings: [],
      ringOver: null,
      missed: { count: 0, newest: [] },
      presence: new Map(),
    });
    this.session = createStore<{ readonly current: CallSession | null }>({ current: null });
    this.#rings = new Rings(this.store, systemClock, () => this.store.get().self?.id ?? null);
    this.#undo.push(this.#signalling.onConnection((connected) => this.#connection(connected)));
    this.#care = new SocketCare(this.#signalling, options.getToken);
    this.preview = this.#makePreview();
    this.#listen();
    if (options.socket.connected) this.#greet();
  }

  start(options: StartOptions): CallSession {
    const { idempotencyKey } = options;
    const earlier = idempotencyKey === undefined ? undefined : this.#started.get(idempotencyKey);
    if (earlier !== undefined) return earlier;
    const session = this.#begin({ kind: "start", options });
    if (idempotencyKey !== undefined) this.#started.set(idempotencyKey, session);
    return session;
  }

  answer(callId: string, options: AnswerOptions = {}): CallSession {
    if (this.#current?.store.get().callId === callId && !this.#current.over) return this.#current;
    const ring = this.#rings.take(callId);
    return this.#begin({ kind: "answer", callId, options, ring });
  }

  async decline(callId: string, reason?: RejectReason): Promise<void> {
    this.#rings.take(callId);
    const payload = { callId, ...(reason === undefined ? {} : { reason }) };
    try {
      await this.#signalling.insist("call:reject", payload, within(60_000));
    } catch (error) {
      // Over already, in another way: there is nothing left to decline.
      if (!(error instanceof CallError) || error.refusal?.retryable !== false) throw error;
    }
  }

  async resume(): Promise<CallSession | null> {
    const seat = readSeat(this.#storage);
    if (seat === null || this.#current !== null) return null;
    const session = this.#begin({ kind: "resume", seat });
    await session.settled;
    if (!session.over) return session;
    // The seat is gone: nothing to show for it.
    writeSeat(this.#storage, null);
    if (this.#current === session) this.dismiss();
    return null;
  }

  /** For a call that somebody else started or answered for this device (the founding facade). */
  attach(callId: string): Session {
    const current = this.#current;
    if (current !== null && !current.over && current.store.get().callId === callId) return current;
    return this.#begin({ kind: "attach", callId });
  }

  setIceTransportPolicy(policy: IceTransport | null): void {
    if (policy === this.#icePolicy) return;
    this.#icePolicy = policy;
    this.#current?.turn.policyChanged();
  }

  checkConnectivity(): ConnectivityCheck {
    const { peerConnections, candidateErrors } = browserFeatures();
    const { createConnection = browserConnection } = this.#parts;
    return beginCheck({
      clock: systemClock,
      wallClock: () => Date.now(),
      whoami: () => this.#signalling.request("auth:whoami", {}),
      credentials: async () => (await this.#signalling.request("call:turn-credentials", {})).credentials,
      createConnection: peerConnections || this.#parts.createConnection ? createConnection : null,
      tellsErrors: candidateErrors,
      queryPermission: browserEnvironment().queryPermission,
    });
  }

  dismiss(): void {
    if (this.#current?.over === true) {
      this.#current = null;
      this.session.set({ current: null });
    }
    this.store.patch({ ringOver: null });
  }

  dispose(): void {
    for (const undo of this.#undo) undo();
    this.#rings.clear();
    this.#care.stop();
    this.#current?.detach();
    this.#signalling.close();
    this.#media.dispose();
  }

  #begin(opening: Opening): Session {
    const before =
      this.#current === null || this.#current.over ? Promise.resolve() : this.#leave(this.#current);
    const session = new Session(this.#deps(before), opening);
    // Both called at the same moment: the ring that is shown is the call that has begun.
    session.store.subscribe(() => {
      const { callId } = session.store.get();
      if (callId !== null && !session.over) this.#rings.take(callId);
    });
    this.#current = session;
    this.session.set({ current: session });
    return session;
  }

  /** A device is in one call at a time: the former one is left before the next begins. */
  async #leave(session: Session): Promise<void> {
    await session.dispatch({ type: "leave" });
  }

  #deps(before: Promise<void>): SessionDeps {
    const { credentials, playAudio = true } = this.#options;
    return {
      signalling: this.#signalling,
      clock: systemClock,
      media: this.#media,
      self: () => this.#introduce(),
      config: () => this.store.get().config,
      storage: this.#storage,
      iceTransportPolicy: () => this.#icePolicy,
      credentials: credentials ?? (() => null),
      playAudio,
      createConnection: this.#parts.createConnection ?? browserConnection,
      clockOffset: () => this.#clockOffset,
      before,
    };
  }

  /** Gets to know who this is ahead of the first call, which asks again when this fails. */
  #greet(): void {
    this.#introduce().catch((error: unknown) => console.debug("not introduced yet", error));
  }

  /** Asks the server who this is; once for each client, again after a failure. */
  #introduce(): Promise<Self> {
    this.#self ??= this.#signalling.request("auth:whoami", {}).then(
      ({ user, config, serverTime }) => {
        this.#clockOffset = Date.parse(serverTime) - systemClock.now();
        this.store.patch({ self: user, config });
        this.#rings.introduced();
        return { userId: user.id, config };
      },
      (error: unknown) => {
        this.#self = null;
        throw error;
      },
    );
    return this.#self;
  }

  #listen(): void {
    const { store } = this;
    const on = <Name extends keyof ServerEvents>(
      name: Name,
      hear: (payload: ServerEvents[Name]) => void,
    ): void => {
      this.#undo.push(this.#signalling.on(name, hear));
    };
    on("call:incoming", (ring) => this.#rings.incoming(ring));
    for (const name of STATE_EVENTS) {
      // A ring is never the call that is just being started.
      if (name === "call:incoming") continue;
      on(name, (payload) => {
        this.#rings.hear(name, payload);
        this.#about(payload.callId)?.hear(name, payload);
      });
    }
    on("call:state", (call) => {
      this.#rings.hearSnapshot(call);
      this.#about(call.callId)?.hearSnapshot(call);
    });
    on("call:ring-stopped", (event) => {
      this.#rings.stopped(event);
      if (this.#current?.store.get().callId === event.callId) this.#current.hearStop(event);
    });
    on("call:quality", (event) => this.#about(event.callId)?.hearQuality(event));
    on("call:offer", ({ callId, fromUserId, offer, negotiationId, transport }) =>
      this.#about(callId)?.hearSignal(callId, fromUserId, { kind: "offer", offer, negotiationId }, transport),
    );
    on("call:answer", ({ callId, fromUserId, answer, negotiationId, transport }) =>
      this.#about(callId)?.hearSignal(
        callId,
        fromUserId,
        { kind: "answer", answer, negotiationId },
        transport,
      ),
    );
    on("call:ice-candidate", ({ callId, fromUserId, candidate, negotiationId }) =>
      this.#about(callId)?.hearSignal(callId, fromUserId, { kind: "candidate", candidate, negotiationId }),
    );
    for (const name of ASIDE_NAMES) {
      on(name, (payload) => {
        const session = this.#about(payload.callId ?? "");
        if (session !== null) hearAside(session, name, payload);
      });
    }
    on("call:missed-unseen", ({ count, items }) => store.patch({ missed: { count, newest: items } }));
    on("presence:changed", ({ userId, online }) =>
      store.patch({ presence: new Map(store.get().presence).set(userId, online) }),
    );
    // Heard after `#connection`: a dismissal is more than a loss.
    this.#undo.push(this.#care.onRefused(() => store.patch({ connection: "refused" })));
    this.#undo.push(this.#care.onNetworkChange(() => this.#current?.networkChanged()));
  }

  #connection(connected: boolean): void {
    this.store.patch({ connection: connected ? "connected" : "reconnecting" });
    // What still rings is rung again by the server.
    if (!connected) this.#rings.clear();
    else this.#greet();
    this.#current?.connection(connected);
  }

  /** The session that an event concerns: also one whose call has no id yet. */
  #about(callId: string): Session | null {
    const known = this.#current?.store.get().callId;
    return known === callId || known === null ? this.#current : null;
  }

  #makePreview(): LocalPreview {
    const media = this.#media;
    const local = (): MediaStreamTrack | null => media.store.get().microphone.track;
    return {
      store: media.store,
      levels: createLevels({ local, remote: () => null }),
      setMicrophone: (enabled) => media.setMicrophone(enabled),
      setCamera: (enabled) => media.setCamera(enabled),
      chooseDevice: (kind, deviceId) => media.chooseDevice(kind, deviceId),
      refreshDevices: () => media.refreshDevices(),
      stop: () => {
        if (this.#current === null || this.#current.over) media.stop();
      },
    };
  }
}

function browserConnection(configuration: RTCConfiguration): RTCPeerConnection {
  return new RTCPeerConnection(configuration);
}

/** True until so many milliseconds have passed. */
function within(ms: number): () => boolean {
  const until = systemClock.now() + ms;
  return () => systemClock.now() < until;
}

function tabStorage(): SeatStorage | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    // Forbidden in a sandboxed frame.
    return null;
  }
}
