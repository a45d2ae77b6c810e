// The founding sample: a product that draws its own buttons and lets WebRTCManager do the media.

import WebRTCManager from "@aethex/calls-client";
import { connect, enter, getToken } from "./teamroom.js";

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found as T;
};
const status = element<HTMLParagraphElement>("status");
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
const show = (text: string): void => {
  status.textContent = text;
};

const room = await enter();
const socket = connect(room);
const api = async (path: string, method = "GET", body?: object): Promise<Response> =>
  fetch(`${room.callsUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${await getToken()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const localVideoRef = { current: element<HTMLVideoElement>("local") };
const remoteVideoRef = { current: element<HTMLVideoElement>("remote") };
let ringing: string | null = null;
let muted = false;
let dark = false;
let sharing = false;

// Initialize
const webrtcManager = new WebRTCManager(socket);
webrtcManager.onError = (error) => show(error.message);

async function prepare(): Promise<void> {
  // Set TURN credentials. The body is never read, so this is `undefined`: the manager fetches them itself.
  const turnCreds = await api("/api/calls/turn-credentials");
  await webrtcManager.setTurnCredentials((turnCreds as unknown as { credentials?: undefined }).credentials);
  // Get local media stream
  const localStream = await webrtcManager.initializeLocalStream(true, true);
  localVideoRef.current.srcObject = localStream;
  // Setup event handlers
  webrtcManager.onRemoteStream = (_userId, stream) => {
    remoteVideoRef.current.srcObject = stream;
  };
}

function inCall(text: string): void {
  show(text);
  for (const id of ["mute", "camera", "share", "end"]) button(id).disabled = false;
  button("call").disabled = true;
  button("answer").disabled = true;
}

function over(text: string): void {
  show(text);
  remoteVideoRef.current.srcObject = null;
  ringing = null;
  for (const id of ["mute", "camera", "share", "end", "answer"]) button(id).disabled = true;
  button("call").disabled = false;
}

button("call").onclick = async () => {
  await prepare();
  const [other] = room.others;
  const answer = await api("/api/calls/initiate", "POST", {
    conversationId: room.conversationId,
    type: "video",
    participantIds: other === undefined ? undefined : [other.userId],
  });
  const { callId, detail } = await answer.json();
  if (!answer.ok) return show(detail);
  // Initiate call
  webrtcManager.currentCallId = callId;
  webrtcManager.isInitiator = true;
  if (other !== undefined) await webrtcManager.initiateCallToUser(other.userId);
  inCall("Calling…");
};

button("answer").onclick = async () => {
  if (ringing === null) return;
  const callId = ringing;
  await prepare();
  const answer = await api(`/api/calls/${callId}/answer`, "POST");
  if (!answer.ok) return show((await answer.json()).detail);
  webrtcManager.currentCallId = callId;
  inCall("In the call");
};

button("mute").onclick = () => {
  muted = !muted;
  webrtcManager.toggleAudio(!muted);
  button("mute").textContent = muted ? "Unmute" : "Mute";
};
button("camera").onclick = () => {
  dark = !dark;
  webrtcManager.toggleVideo(!dark);
  button("camera").textContent = dark ? "Camera on" : "Camera off";
};
button("share").onclick = async () => {
  if (sharing) webrtcManager.stopScreenShare();
  else await webrtcManager.startScreenShare();
  sharing = !sharing;
  button("share").textContent = sharing ? "Stop sharing" : "Share screen";
};
button("end").onclick = async () => {
  await api(`/api/calls/${webrtcManager.currentCallId}/end`, "POST");
};

socket.on("call:incoming", ({ callId, callerName }: { callId: string; callerName: string }) => {
  ringing = callId;
  show(`${callerName} calls`);
  button("answer").disabled = false;
});
socket.on("call:accepted", () => show("In the call"));
socket.on("call:ended", ({ reason }: { reason: string }) => {
  webrtcManager.currentCallId = null;
  over(`Ended: ${reason}`);
});
socket.on("connect", () => {
  if (webrtcManager.currentCallId === null) over(`Signed in as ${room.me.userName}`);
});
// Cleanup
window.addEventListener("pagehide", () => webrtcManager.cleanup());
