// The keys of a call.

import type { CallSession } from "@aethex/calls-client";
import { useEffect, useRef } from "react";
import { type CallFeatures, useCallOptions } from "../provider/options.js";
import type { ShortcutId } from "../stage/shortcuts.js";
import { createPushToTalk, releaseWhenAway } from "./pushToTalk.js";
import { focusRegion } from "./regions.js";
import { keepsKeys, shortcutOf } from "./shortcutOf.js";
import { canShareScreen } from "./useScreenShare.js";

/** What the keys of the view do. What is left out keeps the browser's meaning. */
export interface ShortcutActions {
  readonly reactions?: () => void;
  readonly layout?: () => void;
  readonly people?: () => void;
  readonly fullscreen?: () => void;
  readonly list?: () => void;
  readonly close?: () => void;
  /** Whether single letters work now; as the provider's features say when left out. */
  readonly singleKeys?: () => boolean;
}

/**
 * Binds the keys of a call while the component is mounted: M and Ctrl/Cmd+D microphone, V and Ctrl/Cmd+E
 * camera, Space held to talk, S share, H hand, Ctrl/Cmd+Shift+L leave, F6 next region, and those of `actions`.
 * Keys do nothing inside inputs and menus; single letters can be switched off by the provider's features.
 */
export function useShortcuts(session: CallSession, actions: ShortcutActions = {}): void {
  const { features } = useCallOptions();
  const latest = useRef({ actions, features });
  useEffect(() => {
    latest.current = { actions, features };
  });
  useEffect(() => {
    const talk = createPushToTalk(session);
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const { actions: now, features: allowed } = latest.current;
      const singleKeys = now.singleKeys?.() ?? allowed.singleKeys !== false;
      const shortcut = shortcutOf(event, singleKeys);
      if (shortcut === null || keepsKeys(event.target, shortcut)) return;
      if (!isAllowed(shortcut, session, allowed)) return;
      const action = actionOf(shortcut, event.shiftKey, session, now, talk.press);
      if (action === null) return;
      event.preventDefault();
      if (!event.repeat) action();
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key === " ") talk.release();
    };
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("keyup", onKeyUp);
    const stopWatching = releaseWhenAway(talk.release);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("keyup", onKeyUp);
      stopWatching();
      talk.release();
    };
  }, [session]);
}

/** Keys do nothing that has no button: the browser keeps them. */
function isAllowed(shortcut: ShortcutId, session: CallSession, features: CallFeatures): boolean {
  const { capabilities, phase } = session.store.get();
  if (shortcut === "share") {
    return features.screenShare !== false && capabilities.has("screen") && canShareScreen();
  }
  if (shortcut !== "hand" && shortcut !== "reactions") return true;
  if (phase === "starting" || phase === "ringing") return false;
  return shortcut === "hand"
    ? features.raiseHand !== false && capabilities.has("raise-hand")
    : features.reactions !== false && capabilities.has("react");
}

function actionOf(
  shortcut: ShortcutId,
  shift: boolean,
  session: CallSession,
  actions: ShortcutActions,
  press: () => void,
): (() => void) | null {
  const { local, participants } = session.store.get();
  // What goes wrong shows in the state: as the device's error, or as a notice.
  const does = (intent: Parameters<CallSession["dispatch"]>[0]) => (): void => {
    session.dispatch(intent).catch(() => undefined);
  };
  switch (shortcut) {
    case "microphone":
    case "microphone-anywhere":
      return does({ type: "set-microphone", enabled: !local.microphone.wanted });
    case "camera":
    case "camera-anywhere":
      return does({ type: "set-camera", enabled: !local.camera.wanted });
    case "share":
      return does(
        local.screen.status === "off" ? { type: "share-screen", audio: true } : { type: "stop-sharing" },
      );
    case "hand": {
      const own = participants.find((one) => one.isSelf);
      return does({ type: "raise-hand", raised: (own?.handRaisedAtMs ?? null) === null });
    }
    case "leave-anywhere":
      return does({ type: "leave" });
    case "talk":
      return press;
    case "region":
      return () => focusRegion(shift ? -1 : 1);
    case "reactions":
    case "layout":
    case "people":
    case "fullscreen":
    case "list":
    case "close":
      return actions[shortcut] ?? null;
  }
}
