// Which shortcut a key press is: pure, so that keyboards and settings can be tried in tests.

import { SHORTCUTS, type ShortcutId } from "../stage/shortcuts.js";

/** The part of a `KeyboardEvent` that decides. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * The shortcut of a key press; null when it is none. F6 is one with Shift too, for the way back.
 *
 * @param singleKeys - Whether keys without Ctrl or Cmd count (WCAG 2.1.4 asks for a switch).
 */
export function shortcutOf(press: KeyPress, singleKeys: boolean): ShortcutId | null {
  if (press.altKey || (press.ctrlKey && press.metaKey)) return null;
  const command = press.ctrlKey || press.metaKey;
  const key = letterOf(press) ?? press.key;
  const found = SHORTCUTS.find(
    (shortcut) =>
      shortcut.key === key &&
      shortcut.command === command &&
      (shortcut.shift === press.shiftKey || shortcut.id === "region" || key === "?") &&
      (singleKeys || !shortcut.single),
  );
  return found?.id ?? null;
}

/** The Latin letter of a key: as written, or by its place where the layout writes another script. */
function letterOf(press: KeyPress): string | null {
  if (/^[a-z]$/i.test(press.key)) return press.key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(press.code)?.[1];
  const otherScript = /^\p{L}+$/u.test(press.key) && !/\p{Script=Latin}/u.test(press.key);
  return place !== undefined && otherScript ? place.toLowerCase() : null;
}

const TYPING = [
  "input:not([type=button],[type=submit],[type=reset],[type=checkbox],[type=radio],[type=range],[type=color])",
  "textarea",
  "select",
  "[contenteditable]:not([contenteditable=false])",
  "[role=textbox]",
  "[role=combobox]",
  "[role=searchbox]",
].join(",");
const OWN_LETTERS = "[role=menu],[role=listbox],[role=tree],[aria-modal=true]";
const OWN_SPACE =
  "button,a[href],input,summary,[role=button],[role=switch],[role=slider],[role=tab],[role=separator]";

/** Whether the focused element keeps the keys of `shortcut` for itself. */
export function keepsKeys(target: EventTarget | null, shortcut: ShortcutId): boolean {
  if (!(target instanceof Element)) return false;
  if (shortcut === "region") return false;
  if (target.closest(TYPING) !== null) return true;
  if (target.closest(OWN_LETTERS) !== null) return true;
  return shortcut === "talk" && target.closest(OWN_SPACE) !== null;
}
