// What a person asked for, carried out.

import { CallError } from "../errors.js";
import type { Signalling } from "../signalling/signalling.js";
import type { Intent } from "../state.js";
import { tellEnd } from "./sending.js";
import type { Session } from "./session.js";

/**
 * Does it. Rejects with a {@link CallError}; what concerns a device also shows in the state of that device, any
 * other failure in a notice.
 */
export async function carryOut(session: Session, intent: Intent): Promise<void> {
  const { media } = session.deps;
  switch (intent.type) {
    case "set-microphone":
      return media.setMicrophone(intent.enabled);
    case "set-camera":
      return media.setCamera(intent.enabled);
    case "share-screen":
      return media.startScreenShare({ audio: intent.audio ?? false });
    case "stop-sharing":
      return media.stopScreenShare();
    case "choose-device":
      if (intent.kind === "audiooutput") await session.playback?.setSpeaker(intent.deviceId);
      return media.chooseDevice(intent.kind, intent.deviceId);
    case "set-quality":
      return session.chooseQuality(intent.quality);
    case "hear":
      return session.playback?.resume();
    case "dismiss-notice":
      return session.dismiss(intent.id);
    case "set-volume":
      return setVolume(session, intent.userId, Math.min(1, Math.max(0, intent.volume)));
    case "show":
      return session.sfu.show(intent.tiles);
    case "retry":
      session.retry();
      return media.retry();
    case "leave":
      return hangUp(session, false);
    case "end":
      return hangUp(session, true);
    default:
      return ask(session, intent);
  }
}

/** Over here at once, whatever the network says; the server hears of it as soon as it can. */
async function hangUp(session: Session, forAll: boolean): Promise<void> {
  const { view } = session;
  if (session.over) return;
  session.leave();
  if (view === null) return;
  const running = view.status === "active" && !forAll;
  const answer = await tellEnd(session, running ? "call:leave" : "call:end", view.callId);
  if (answer === null) return;
  session.complete({
    durationSeconds: answer.duration,
    reason: answer.left === true ? "left" : (answer.endReason ?? "ended-by-user"),
    endedBy: answer.left === true ? null : session.selfId,
    joinable: answer.left === true,
  });
}

function setVolume(session: Session, userId: string, volume: number): void {
  session.volumes.set(userId, volume);
  session.playback?.setVolume(userId, volume);
  session.sfu.session?.volumeChanged();
  session.update();
}

/** What is a request to the server. */
type Asked = Extract<
  Intent,
  {
    type:
      | "invite"
      | "remove-participant"
      | "mute-participant"
      | "raise-hand"
      | "lower-hand"
      | "react"
      | "ask-to-unmute";
  }
>;

async function ask(session: Session, intent: Asked): Promise<void> {
  const { view, deps } = session;
  if (view === null) throw new CallError("Refused", "There is no call yet.");
  try {
    await request(deps.signalling, view.callId, intent);
  } catch (error) {
    session.happened("request-failed", error);
    throw error;
  }
}

function request(signalling: Signalling, callId: string, intent: Asked): Promise<unknown> {
  switch (intent.type) {
    case "invite":
      return signalling.request("call:invite", { callId, userIds: [...intent.userIds] });
    case "remove-participant":
      return signalling.request("call:remove", { callId, userId: intent.userId });
    case "mute-participant":
      return signalling.request("call:mute", { callId, userId: intent.userId });
    case "raise-hand":
      return signalling.request("call:hand", { callId, raised: intent.raised });
    case "lower-hand":
      return signalling.request("call:hand", { callId, raised: false, userId: intent.userId });
    case "react":
      return signalling.request("call:react", { callId, reaction: intent.reaction });
    case "ask-to-unmute":
      return signalling.request("call:ask-to-unmute", { callId, userId: intent.userId });
  }
}
