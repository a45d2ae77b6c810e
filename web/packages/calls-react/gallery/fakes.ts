// Calls without a network: clients and sessions whose state the gallery and the tests set.

import {
  type CallClient,
  type CallSession,
  type CallState,
  type CheckedStep,
  type CheckStep,
  type ClientState,
  type ConnectivityCheck,
  type ConnectivityState,
  createStore,
  type IceTransport,
  type Intent,
  type Levels,
  type LocalPreview,
  type LocalState,
  newConnectivityState,
  type ParticipantState,
  type Ring,
  type ShownTile,
  type StartOptions,
  type WritableStore,
} from "@aethex/calls-client";
import { crowd, PEOPLE, SELF } from "./people.js";

export { crowd, PEOPLE, SELF };

/** Levels that a test moves. */
export interface FakeLevels extends Levels {
  emit(userId: string, level: number): void;
}

/** A session with the state in the hands of the test. */
export interface FakeSession extends CallSession {
  readonly store: WritableStore<CallState>;
  readonly levels: FakeLevels;
  /** What was asked for, oldest first; without what was shown. */
  readonly intents: Intent[];
  /** What was said to be on the screen, oldest first. */
  readonly shown: (readonly ShownTile[])[];
  /** Decides about the next intents; the state is not changed by itself. */
  onIntent: (intent: Intent) => Promise<void>;
}

/** A check of the connection that finds what the test says. */
export interface FakeCheck extends ConnectivityCheck {
  readonly store: WritableStore<ConnectivityState>;
  stopped: boolean;
}

/** A check that is done: all is well but for `differences`. */
export function fakeFound(
  differences: Partial<Record<CheckStep, "pending" | (Partial<CheckedStep> & Pick<CheckedStep, "status">)>>,
): ConnectivityState {
  const steps = newConnectivityState().steps.map((empty): CheckedStep => {
    const difference = differences[empty.step];
    if (difference === "pending") return empty;
    return { ...empty, status: "ok", tookMs: 42, ...difference };
  });
  return { running: false, steps };
}

/** A client with everything in the hands of the test. */
export interface FakeClient extends CallClient {
  readonly store: WritableStore<ClientState>;
  readonly session: WritableStore<{ readonly current: FakeSession | null }>;
  readonly preview: LocalPreview & { readonly store: WritableStore<LocalState> };
  /** What was called, oldest first. */
  readonly calls: {
    readonly started: StartOptions[];
    readonly answered: { readonly callId: string; readonly video: boolean | undefined }[];
    readonly declined: string[];
    /** The policies that were set, oldest first. */
    readonly policies: (IceTransport | null)[];
    readonly checks: FakeCheck[];
    disposed: number;
  };
  /** Makes the sessions that `start` and `answer` give. */
  makeSession: (fields: Partial<CallState>) => FakeSession;
  /** What `resume` gives. */
  resumed: FakeSession | null;
}

/** Nothing captured, some devices plugged in. */
export function fakeLocal(fields: Partial<LocalState> = {}): LocalState {
  const source = { wanted: false, status: "off", error: null, deviceId: null, track: null } as const;
  return {
    microphone: { ...source, wanted: true, status: "on" },
    camera: source,
    screen: { status: "off", error: null, track: null, audio: false },
    devices: [
      { deviceId: "mic-1", kind: "audioinput", label: "Studio microphone" },
      { deviceId: "mic-2", kind: "audioinput", label: "Headset" },
      { deviceId: "cam-1", kind: "videoinput", label: "Built-in camera" },
      { deviceId: "spk-1", kind: "audiooutput", label: "Headset" },
    ],
    speakerId: null,
    ...fields,
  };
}

/** The same with the microphone off, as the person wants it. */
export function fakeMuted(fields: Partial<LocalState> = {}): LocalState {
  const local = fakeLocal(fields);
  return { ...local, microphone: { ...local.microphone, wanted: false, status: "off" } };
}

/** Somebody who is in the call, with microphone and camera on, unless `fields` say otherwise. */
export function fakeParticipant(
  person: { readonly userId: string; readonly userName: string },
  fields: Partial<ParticipantState> = {},
): ParticipantState {
  const isSelf = person.userId === SELF.userId;
  return {
    ...person,
    userIdentifier: `${person.userName.split(" ")[0]?.toLowerCase()}@example.com`,
    isSelf,
    status: "joined",
    role: isSelf ? "host" : "member",
    mediaState: { audioEnabled: true, videoEnabled: true, screenSharing: false },
    connection: "connected",
    busy: false,
    quality: { grade: "good", cause: null },
    link: isSelf ? null : { status: "connected", stats: null, error: null },
    audioTrack: null,
    cameraTrack: null,
    screenTrack: null,
    cameraPaused: null,
    screenPaused: null,
    speaking: false,
    handRaisedAtMs: null,
    handOrder: null,
    volume: 1,
    ...fields,
    videoTrack: fields.videoTrack ?? fields.screenTrack ?? fields.cameraTrack ?? null,
  };
}

/** Ann and Bob in an outgoing video call, unless `fields` say otherwise. */
export function fakeState(fields: Partial<CallState> = {}): CallState {
  return {
    phase: "active",
    callId: "0190f000-0000-7000-8000-00000000ca11",
    conversationId: "0190f000-0000-7000-8000-00000000c0de",
    type: "video",
    direction: "outgoing",
    selfId: SELF.userId,
    host: SELF.userId,
    rung: true,
    startedAtMs: null,
    topology: "mesh",
    participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob)],
    speakers: [],
    reactions: [],
    local: fakeLocal(),
    capabilities: new Set([
      "join",
      "speak",
      "camera",
      "screen",
      "screen-audio",
      "react",
      "raise-hand",
      "invite",
      "view-stats",
    ]),
    signalling: "connected",
    quality: { grade: "good", cause: null },
    qualityChoice: "auto",
    notices: [],
    ended: null,
    ...fields,
  };
}

/** Levels that are silent until `emit`. */
export function fakeLevels(): FakeLevels {
  const listeners = new Map<string, Set<(level: number) => void>>();
  return {
    subscribe(userId, listener) {
      const set = listeners.get(userId) ?? new Set();
      listeners.set(userId, set.add(listener));
      return () => set.delete(listener);
    },
    emit(userId, level) {
      for (const listener of listeners.get(userId) ?? []) listener(level);
    },
  };
}

/** A session in the state of {@link fakeState}. */
export function fakeSession(fields: Partial<CallState> = {}): FakeSession {
  const intents: Intent[] = [];
  const shown: (readonly ShownTile[])[] = [];
  const session: FakeSession = {
    store: createStore(fakeState(fields)),
    levels: fakeLevels(),
    intents,
    shown,
    onIntent: async () => undefined,
    dispatch(intent) {
      if (intent.type === "show") {
        shown.push(intent.tiles);
        return Promise.resolve();
      }
      intents.push(intent);
      return session.onIntent(intent);
    },
    finished: new Promise(() => undefined),
  };
  return session;
}

/** Somebody who calls Ann. */
export function fakeRing(fields: Partial<Ring> = {}): Ring {
  return {
    callId: "0190f000-0000-7000-8000-0000000041f6",
    conversationId: "0190f000-0000-7000-8000-00000000c0de",
    type: "video",
    callerId: PEOPLE.bob.userId,
    callerName: PEOPLE.bob.userName,
    callerIdentifier: "bob@example.com",
    participants: [],
    soft: false,
    silent: false,
    running: false,
    expiresAtMs: null,
    metadata: null,
    ...fields,
  };
}

/** A connected client in no call. */
export function fakeClient(fields: Partial<ClientState> = {}): FakeClient {
  const local = createStore(fakeLocal());
  const patchSource = (name: "microphone" | "camera", enabled: boolean): Promise<void> => {
    const before = local.get()[name];
    const works = before.error === null ? "on" : "failed";
    local.patch({ [name]: { ...before, wanted: enabled, status: enabled ? works : "off" } });
    return Promise.resolve();
  };
  const client: FakeClient = {
    store: createStore<ClientState>({
      connection: "connected",
      self: { id: SELF.userId, identifier: "ann@example.com", name: SELF.userName },
      config: null,
      rings: [],
      ringOver: null,
      missed: { count: 0, newest: [] },
      presence: new Map(),
      ...fields,
    }),
    session: createStore<{ readonly current: FakeSession | null }>({ current: null }),
    preview: {
      store: local,
      levels: fakeLevels(),
      setMicrophone: (enabled) => patchSource("microphone", enabled),
      setCamera: (enabled) => patchSource("camera", enabled),
      async chooseDevice(kind, deviceId) {
        if (kind === "audiooutput") local.patch({ speakerId: deviceId });
        if (kind === "audioinput") local.patch({ microphone: { ...local.get().microphone, deviceId } });
        if (kind === "videoinput") local.patch({ camera: { ...local.get().camera, deviceId } });
      },
      refreshDevices: async () => undefined,
      stop: () => undefined,
    },
    calls: { started: [], answered: [], declined: [], policies: [], checks: [], disposed: 0 },
    makeSession: fakeSession,
    resumed: null,
    start(options) {
      client.calls.started.push(options);
      const { conversationId, type = "audio" } = options;
      const current = client.makeSession({ phase: "starting", conversationId, type, participants: [] });
      client.session.set({ current });
      return current;
    },
    answer(callId, options) {
      client.calls.answered.push({ callId, video: options?.video });
      const current = client.makeSession({ phase: "starting", callId, direction: "incoming" });
      client.session.set({ current });
      return current;
    },
    async decline(callId) {
      client.calls.declined.push(callId);
      client.store.patch({ rings: client.store.get().rings.filter((ring) => ring.callId !== callId) });
    },
    async resume() {
      if (client.resumed !== null) client.session.set({ current: client.resumed });
      return client.resumed;
    },
    setIceTransportPolicy: (policy) => void client.calls.policies.push(policy),
    checkConnectivity() {
      const check: FakeCheck = {
        store: createStore(newConnectivityState()),
        finished: new Promise(() => undefined),
        stopped: false,
        stop() {
          check.stopped = true;
        },
      };
      client.calls.checks.push(check);
      return check;
    },
    dismiss: () => client.session.set({ current: null }),
    dispose() {
      client.calls.disposed += 1;
    },
  };
  return client;
}
