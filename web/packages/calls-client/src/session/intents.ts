// What a person asked for, carried out.

import { CallError } from "../errors.js";
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
    case "retry":
      session.links.networkChanged();
      return media.retry();
    case "leave":
      return hangUp(session, false);
    case "end":
      return hangUp(session, true);
    case "invite":
    case "remove-participant":
    case "mute-participant":
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

async function ask(
  session: Session,
  intent: Extract<Intent, { type: "invite" | "remove-participant" | "mute-participant" }>,
): Promise<void> {
  const { view, deps } = session;
  if (view === null) throw new CallError("Refused", "There is no call yet.");
  const { callId } = view;
  try {
    if (intent.type === "invite") {
      await deps.signalling.request("call:invite", { callId, userIds: [...intent.userIds] });
    } else {
      const name = intent.type === "mute-participant" ? "call:mute" : "call:remove";
      await deps.signalling.request(name, { callId, userId: intent.userId });
    }
  } catch (error) {
    session.happened("request-failed", error);
    throw error;
  }
}
