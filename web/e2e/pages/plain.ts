// A page with two bare peer connections: proves that the probes tell moving from still and loud from silent.

import "../probes/index.js";

/** What the page lets a test do. */
export interface Plain {
  /** Connects camera and microphone with the page itself. */
  connect(): Promise<void>;
  /** Sends black and silence, or the camera and the microphone again. */
  enable(enabled: boolean): void;
  /** Freezes the picture, or lets it go on. */
  freeze(frozen: boolean): void;
}

declare global {
  interface Window {
    plain?: Plain;
  }
}

let sending: MediaStream | null = null;
const video = document.createElement("video");
Object.assign(video, { id: "remote", autoplay: true, playsInline: true });
document.body.append(video);

window.plain = {
  async connect() {
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
    far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
    const arriving = new MediaStream();
    far.ontrack = ({ track }) => arriving.addTrack(track);
    sending = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
    for (const track of sending.getTracks()) near.addTrack(track, sending);
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription ?? { type: "offer" });
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription ?? { type: "answer" });
    video.srcObject = arriving;
  },
  enable(enabled) {
    for (const track of sending?.getTracks() ?? []) track.enabled = enabled;
  },
  freeze(frozen) {
    if (frozen) video.pause();
    else void video.play();
  },
};
