// The founding sample to the letter, in a page of another origin that has a socket and nothing else.

import WebRTCManager from "@aethex/calls-client";
import { io, type Socket } from "socket.io-client";
import "../probes/index.js";

/** What the page lets a test do. */
export interface Founding {
  /** Connects the socket; without a device name, as founding clients do. */
  open(server: string, token: string): void;
  /** The call of the last `call:incoming`. */
  ringing(): string | null;
  /** The sample up to the handlers. */
  prepare(): Promise<void>;
  /** The caller's part of the sample. */
  call(callId: string, targetUserId: string): Promise<void>;
  /** The callee's: after its own answer the call is current. */
  answered(callId: string): void;
  manager(): WebRTCManager;
  heard(name: string): unknown[];
}

declare global {
  interface Window {
    founding?: Founding;
  }
}

const video = (id: string, muted: boolean): HTMLVideoElement => {
  const element = document.createElement("video");
  Object.assign(element, { id, muted, autoplay: true, playsInline: true });
  document.body.append(element);
  return element;
};
const localVideoRef = { current: video("local", true) };
const remoteVideoRef = { current: video("remote", false) };

let socket: Socket | null = null;
let webrtcManager: WebRTCManager | null = null;
let incoming: string | null = null;
const heard: { readonly name: string; readonly payload: unknown }[] = [];

function current(): WebRTCManager {
  if (webrtcManager === null) throw new Error("not prepared");
  return webrtcManager;
}

window.founding = {
  open(server, token) {
    socket = io(server, { auth: { token } });
    socket.onAny((name: string, payload: unknown) => heard.push({ name, payload }));
    socket.on("call:incoming", (data: { callId: string }) => {
      incoming = data.callId;
    });
  },
  ringing: () => incoming,
  async prepare() {
    if (socket === null) throw new Error("not open");
    webrtcManager = new WebRTCManager(socket);
    // The sample forgets to read the body: what it hands over is undefined.
    const turnCreds = (await fetch("/api/calls/turn-credentials")) as { credentials?: undefined };
    await webrtcManager.setTurnCredentials(turnCreds.credentials);
    const localStream = await webrtcManager.initializeLocalStream(true, true);
    localVideoRef.current.srcObject = localStream;
    webrtcManager.onRemoteStream = (_userId, stream) => {
      remoteVideoRef.current.srcObject = stream;
    };
  },
  async call(callId, targetUserId) {
    const manager = current();
    manager.currentCallId = callId;
    manager.isInitiator = true;
    await manager.initiateCallToUser(targetUserId);
  },
  answered(callId) {
    current().currentCallId = callId;
  },
  manager: current,
  heard: (name) => heard.filter((one) => one.name === name).map((one) => one.payload),
};
