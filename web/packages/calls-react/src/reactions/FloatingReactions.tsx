// The reactions of the last moments, floating over the stage.

import type { Reaction } from "@aethex/calls-client";
import { memo } from "react";
import { useReactions } from "../hooks/useReactions.js";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { cssVariables } from "../ui/cssVariables.js";
import styles from "./FloatingReactions.module.css";
import { ReactionIcon } from "./ReactionIcon.js";
import { laneOf } from "./reactions.js";

/** More at once would hide the people. The newest are shown. */
const AT_ONCE = 12;

/** Decoration: what is worth hearing is announced. Still, in a column, for who wants less motion. */
export function FloatingReactions() {
  const { shown } = useReactions();
  if (shown.length === 0) return null;
  return (
    <div className={styles.place} aria-hidden="true" data-ax-reactions="">
      {shown.slice(-AT_ONCE).map((one) => (
        <Floating key={one.id} reaction={one} />
      ))}
    </div>
  );
}

const Floating = memo(function Floating({ reaction }: { reaction: Reaction }) {
  const { t } = useI18n();
  const name = useTile(reaction.userId, (one) => (one.isSelf ? null : one.userName));
  return (
    <span className={styles.one} style={cssVariables({ "--ax-lane": laneOf(reaction.id).toFixed(3) })}>
      <ReactionIcon reaction={reaction.reaction} />
      {name === undefined ? null : (
        <span className={styles.name} dir="auto">
          {name ?? t("call.you")}
        </span>
      )}
    </span>
  );
});
