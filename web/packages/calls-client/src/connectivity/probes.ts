// Trying STUN and relays with connections of one's own, from this page to itself.

import { type Attempt, OK } from "./attempt.js";

/**
 * The code of an error that no server sent: nothing was reached (W3C WebRTC §4.8.2 `RTCPeerConnectionIceErrorEvent`).
 */
const NOT_REACHED = 701;

/** What a probe needs to know of the browser. */
export interface StunProbe {
  readonly urls: string[];
  /** The browser tells which servers it did not reach. */
  readonly tellsErrors: boolean;
}

/** Asks STUN servers for this device's address as they see it. */
export function probeStun(attempt: Attempt, { urls, tellsErrors }: StunProbe): void {
  const pc = attempt.open({ iceServers: [{ urls }] });
  let failed = false;
  pc.onicecandidateerror = () => {
    failed = true;
  };
  pc.onicecandidate = ({ candidate }) => {
    if (candidate !== null && typeOf(candidate) === "srflx") attempt.end(OK);
    if (candidate !== null) return;
    // Without a NAT the address is one that the device has already, which browsers leave out (RFC 8445 §5.1.3).
    if (tellsErrors && !failed) attempt.end(OK);
    else attempt.giveUp();
  };
  pc.createDataChannel("check");
  attempt.run(() => pc.setLocalDescription());
}

/** Sends a message through a relay to oneself, and waits for its echo. */
export function probeRelay(attempt: Attempt, server: RTCIceServer, message: string): void {
  const configuration: RTCConfiguration = { iceServers: [server], iceTransportPolicy: "relay" };
  const here = attempt.open(configuration);
  const there = attempt.open(configuration);
  let allocated = false;
  here.onicecandidateerror = ({ errorCode }) => {
    if (!allocated && errorCode < NOT_REACHED) attempt.otherwise("refused");
  };
  const toThere = candidatesFor(attempt, there);
  const toHere = candidatesFor(attempt, here);
  here.onicecandidate = ({ candidate }) => {
    if (candidate === null && !allocated) attempt.giveUp();
    if (candidate === null || typeOf(candidate) !== "relay") return;
    allocated = true;
    attempt.otherwise("no-data");
    toThere.take(candidate);
  };
  there.onicecandidate = ({ candidate }) => {
    if (candidate !== null) toHere.take(candidate);
  };
  there.ondatachannel = ({ channel }) => {
    channel.onmessage = ({ data }) => channel.send(data);
  };
  const channel = here.createDataChannel("check");
  channel.onopen = () => channel.send(message);
  channel.onmessage = ({ data }) => {
    if (data === message) attempt.end(OK);
  };
  attempt.run(async () => {
    await here.setLocalDescription();
    await there.setRemoteDescription(described(here));
    await there.setLocalDescription();
    await here.setRemoteDescription(described(there));
    toThere.ready();
    toHere.ready();
  });
}

function described(pc: RTCPeerConnection): RTCSessionDescriptionInit {
  if (pc.localDescription === null) throw new Error("a connection has no description after it was set");
  return pc.localDescription;
}

/** Hands candidates over once both sides are described. */
function candidatesFor(attempt: Attempt, pc: RTCPeerConnection) {
  let waiting: RTCIceCandidate[] | null = [];
  const add = (candidate: RTCIceCandidate): void => attempt.run(() => pc.addIceCandidate(candidate));
  return {
    take(candidate: RTCIceCandidate): void {
      if (waiting === null) add(candidate);
      else waiting.push(candidate);
    },
    ready(): void {
      const due = waiting ?? [];
      waiting = null;
      for (const candidate of due) add(candidate);
    },
  };
}

/** `candidate.type` came late to browsers; the text has it always (RFC 8839 §5.1). */
function typeOf({ type, candidate }: RTCIceCandidate): string | null {
  return type ?? / typ (\w+)/.exec(candidate)?.[1] ?? null;
}
