// Writes a loudness to an element, without rendering.

import type { Levels } from "@aethex/calls-client";
import { type RefObject, useEffect } from "react";
import { heard, SILENT } from "../stage/speaking.js";

/**
 * Writes the loudness of a participant (0 to 1) to the CSS variable `--ax-level` of an element, and sets
 * `data-speaking` while they speak. React is not involved.
 *
 * @param userId - Whose; `self` is the own microphone. Null: nobody's.
 */
export function useLevel(ref: RefObject<HTMLElement | null>, levels: Levels, userId: string | null): void {
  useEffect(() => {
    const element = ref.current;
    if (element === null || userId === null) return;
    let voice = SILENT;
    const stop = levels.subscribe(userId, (level) => {
      const before = voice;
      voice = heard(voice, level, performance.now());
      element.style.setProperty("--ax-level", level.toFixed(2));
      if (before.speaking !== voice.speaking) element.toggleAttribute("data-speaking", voice.speaking);
    });
    return () => {
      stop();
      element.style.removeProperty("--ax-level");
      element.removeAttribute("data-speaking");
    };
  }, [ref, levels, userId]);
}
