// Has joins, leaves and other changes of the call read out.

import { useEffect } from "react";
import { type Messages, type Translator, useI18n } from "../i18n/index.js";
import { knownReaction, shortReaction } from "../reactions/reactions.js";
import { useSession } from "../store/index.js";
import { useAnnounce } from "../ui/LiveRegion.js";
import { type Change, changesBetween } from "./changes.js";

/** Shows nothing; speaks through the nearest `LiveRegion`. */
export function StateAnnouncer() {
  const { store } = useSession();
  const announce = useAnnounce();
  const { t } = useI18n();
  useEffect(() => {
    let before = store.get();
    return store.subscribe(() => {
      const now = store.get();
      for (const change of changesBetween(before, now)) {
        announce(wordsOf(change, t));
      }
      before = now;
    });
  }, [store, announce, t]);
  return null;
}

function wordsOf(change: Change, t: Translator<Messages>["t"]): string {
  if (change.key === "announce.reaction") {
    const known = knownReaction(change.reaction);
    const reaction = known === null ? shortReaction(change.reaction) : t(known.label);
    return t(change.key, { name: change.name, reaction });
  }
  return "name" in change ? t(change.key, { name: change.name }) : t(change.key);
}
