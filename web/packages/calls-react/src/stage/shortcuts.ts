// The keys of a call: one table for those who bind them and those who show them.

import type { MessageKey } from "../i18n/index.js";

/** What a key does. */
export type ShortcutId =
  | "microphone"
  | "camera"
  | "talk"
  | "share"
  | "hand"
  | "reactions"
  | "layout"
  | "people"
  | "fullscreen"
  | "list"
  | "region"
  | "close"
  | "microphone-anywhere"
  | "camera-anywhere"
  | "leave-anywhere";

/** One key. */
export interface Shortcut {
  readonly id: ShortcutId;
  /** `KeyboardEvent.key`, lower case for letters. */
  readonly key: string;
  /** Ctrl, or Cmd on Apple devices. */
  readonly command: boolean;
  readonly shift: boolean;
  /** A letter or sign alone; a person may turn these off (WCAG 2.1.4). */
  readonly single: boolean;
  /** What it does, in words. */
  readonly label: Extract<MessageKey, `shortcuts.${string}`>;
}

const plain = { command: false, shift: false, single: true } as const;
const always = { command: false, shift: false, single: false } as const;
const command = { command: true, shift: false, single: false } as const;

/** All keys, in the order in which they are listed. */
export const SHORTCUTS: readonly Shortcut[] = [
  { id: "microphone", key: "m", ...plain, label: "shortcuts.microphone" },
  { id: "microphone-anywhere", key: "d", ...command, label: "shortcuts.microphone" },
  { id: "camera", key: "v", ...plain, label: "shortcuts.camera" },
  { id: "camera-anywhere", key: "e", ...command, label: "shortcuts.camera" },
  { id: "talk", key: " ", ...plain, label: "shortcuts.talk" },
  { id: "share", key: "s", ...plain, label: "shortcuts.share" },
  { id: "hand", key: "h", ...plain, label: "shortcuts.hand" },
  { id: "reactions", key: "r", ...plain, label: "shortcuts.reactions" },
  { id: "layout", key: "l", ...plain, label: "shortcuts.layout" },
  { id: "people", key: "p", ...plain, label: "shortcuts.people" },
  { id: "fullscreen", key: "f", ...plain, label: "shortcuts.fullscreen" },
  { id: "list", key: "?", ...plain, label: "shortcuts.list" },
  { id: "close", key: "Escape", ...always, label: "shortcuts.close" },
  { id: "region", key: "F6", ...always, label: "shortcuts.region" },
  { id: "leave-anywhere", key: "l", command: true, shift: true, single: false, label: "shortcuts.leave" },
];

/**
 * How a key is written, joined by "+".
 *
 * @param apple - The device has a Cmd key in place of Ctrl.
 * @param space - The word for the space bar.
 */
export function keysOf(shortcut: Shortcut, apple: boolean, space: string): string {
  const key = shortcut.key === " " ? space : shortcut.key === "Escape" ? "Esc" : shortcut.key.toUpperCase();
  return [shortcut.command ? (apple ? "⌘" : "Ctrl") : "", shortcut.shift ? (apple ? "⇧" : "Shift") : "", key]
    .filter((part) => part !== "")
    .join("+");
}

/** Whether the keyboard in front of this browser has a Cmd key. */
export function hasCommandKey(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
