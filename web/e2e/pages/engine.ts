// A bare page around calls-client: no user interface but the videos, everything else on `window.engine`.

import { type CallClient, type CallSession, createCallClient } from "@aethex/calls-client";
import { io, type Socket } from "socket.io-client";
import "../probes/index.js";
import { type ClientView, plainClient, plainState, type StateView } from "../harness/views.js";

/** How the page connects. */
export interface EngineOptions {
  readonly server: string;
  readonly token: string;
  readonly deviceId?: string;
  /** Only through the relay. */
  readonly relayOnly?: boolean;
  /** Take the seat of before a reload. */
  readonly resume?: boolean;
}

/** An event that the socket heard. */
export interface Heard {
  readonly name: string;
  readonly payload: unknown;
  readonly atMs: number;
}

/** One state of the call as a user interface saw it, with the moment. */
export interface Moment {
  readonly atMs: number;
  readonly phase: string;
  readonly signalling: string;
  /** `userId:status:connection` of everybody. */
  readonly people: readonly string[];
  readonly notices: readonly string[];
}

/** What a test drives. */
export interface Engine {
  readonly client: CallClient;
  readonly socket: Socket;
  readonly heard: readonly Heard[];
  readonly moments: readonly Moment[];
  session(): CallSession;
  state(): StateView | null;
  clientState(): ClientView;
}

declare global {
  interface Window {
    engine?: Engine;
    openEngine?: (options: EngineOptions) => void;
  }
}

const REMEMBERED = "aethex-test-options";

function open(options: EngineOptions): void {
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...options, resume: true }));
  const { server, token, deviceId, relayOnly = false } = options;
  const socket = io(server, {
    auth: { token, ...(deviceId === undefined ? {} : { deviceId }) },
    transports: ["websocket"],
  });
  const heard: Heard[] = [];
  const moments: Moment[] = [];
  const hear = (name: string, payload: unknown): void => void heard.push({ name, payload, atMs: Date.now() });
  socket.onAny(hear);
  socket.on("connect", () => hear("(connect)", null));
  socket.on("disconnect", (reason) => hear("(disconnect)", reason));
  const client = createCallClient({
    socket,
    getToken: () => token,
    ...(relayOnly ? { iceTransportPolicy: "relay" } : {}),
  });
  const current = (): CallSession | null => client.session.get().current;
  let watched: CallSession | null = null;
  const watch = (): void => {
    const session = current();
    if (session === null || session === watched) return;
    watched = session;
    const record = (): void => {
      const state = session.store.get();
      moments.push({
        atMs: Date.now(),
        phase: state.phase,
        signalling: state.signalling,
        people: state.participants.map((one) => `${one.userId}:${one.status}:${one.connection ?? ""}`),
        notices: state.notices.map((notice) => notice.kind),
      });
      show(session);
    };
    session.store.subscribe(record);
    record();
  };
  client.session.subscribe(watch);
  window.engine = {
    client,
    socket,
    heard,
    moments,
    session() {
      const session = current();
      if (session === null) throw new Error("there is no call");
      return session;
    },
    state() {
      const session = current();
      return session === null ? null : plainState(session.store.get());
    },
    clientState: () => plainClient(client.store.get()),
  };
  if (options.resume === true) void client.resume();
}

/** One video element per participant who sends a picture, and one for the self view. */
function show(session: CallSession): void {
  const place = document.querySelector("#videos");
  if (place === null) return;
  for (const { userId, videoTrack } of session.store.get().participants) {
    const id = `video-${userId}`;
    let video = document.querySelector<HTMLVideoElement>(`[id="${id}"]`);
    if (video === null) {
      video = document.createElement("video");
      Object.assign(video, { id, muted: true, autoplay: true, playsInline: true });
      place.append(video);
    }
    // By the track, not by its id: after a new connection another track has the id of the one before.
    const shown = video.srcObject instanceof MediaStream ? (video.srcObject.getTracks()[0] ?? null) : null;
    if (shown === videoTrack) continue;
    video.srcObject = videoTrack === null ? null : new MediaStream([videoTrack]);
  }
}

window.openEngine = open;
const remembered = sessionStorage.getItem(REMEMBERED);
if (remembered !== null) open(JSON.parse(remembered) as EngineOptions);
