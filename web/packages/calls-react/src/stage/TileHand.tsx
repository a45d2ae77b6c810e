// The raised hand on a tile.

import { Hand } from "lucide-react";
import { memo } from "react";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import styles from "./TileHand.module.css";

/** Top, at the start side, with the place in the order of hands. The tile's label says it in words. */
export const TileHand = memo(function TileHand({ userId }: { userId: string }) {
  const { number } = useI18n();
  const raised = useTile(userId, (one) => one.status === "joined" && one.handRaisedAtMs !== null) ?? false;
  const order = useTile(userId, (one) => one.handOrder) ?? null;
  if (!raised) return null;
  return (
    <span className={styles.hand} aria-hidden="true" data-ax-hand="">
      <Hand />
      {order === null ? null : <span className={styles.order}>{number(order)}</span>}
    </span>
  );
});
