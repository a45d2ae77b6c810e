// Marks an element while somebody speaks, without rendering.

import { type RefObject, useEffect } from "react";
import { useSession } from "../store/index.js";
import { heard, SILENT } from "./speaking.js";

/**
 * Sets `data-speaking` on an element while somebody speaks, and writes their loudness (0 to 1) to its CSS
 * variable `--ax-level`. They speak when their voice arrives here, or when the server says so: it hears also
 * those whom it does not forward. React is not involved.
 *
 * @param userId - Whose voice; null: nobody's.
 * @param self - The own microphone.
 */
export function useSpeakingMark(
  ref: RefObject<HTMLElement | null>,
  userId: string | null,
  self: boolean,
): void {
  const { levels, store } = useSession();
  useEffect(() => {
    const element = ref.current;
    if (element === null || userId === null) return;
    let voice = SILENT;
    let named = false;
    const mark = (): void => {
      const speaking = voice.speaking || named;
      if (element.hasAttribute("data-speaking") !== speaking) {
        element.toggleAttribute("data-speaking", speaking);
      }
    };
    const listen = (): void => {
      const now = !self && store.get().speakers.includes(userId);
      if (now === named) return;
      named = now;
      mark();
    };
    const stopLevel = levels.subscribe(self ? "self" : userId, (level) => {
      voice = heard(voice, level, performance.now());
      element.style.setProperty("--ax-level", level.toFixed(2));
      mark();
    });
    const stopStore = store.subscribe(listen);
    listen();
    return () => {
      stopLevel();
      stopStore();
      element.style.removeProperty("--ax-level");
      element.removeAttribute("data-speaking");
    };
  }, [ref, levels, store, userId, self]);
}
