// One person on the stage.

import { memo, useRef } from "react";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { cssVariables } from "../ui/cssVariables.js";
import { hueOf } from "../ui/hueOf.js";
import { SpeakingRing } from "./SpeakingRing.js";
import styles from "./Tile.module.css";
import { TileActions } from "./TileActions.js";
import { TileCondition } from "./TileCondition.js";
import { TileHand } from "./TileHand.js";
import { TileName } from "./TileName.js";
import { TilePicture } from "./TilePicture.js";
import { tileId } from "./tiles.js";
import { useShown } from "./useShown.js";

/** What {@link Tile} takes. */
export interface TileProps {
  readonly userId: string;
  readonly self: boolean;
}

/**
 * A person: picture or initials, name, ring, condition, actions. Each part reads what it needs by itself, so
 * that this component is rendered when the person is another one, or renamed.
 */
export const Tile = memo(function Tile({ userId, self }: TileProps) {
  return (
    <TileBox userId={userId}>
      <TilePicture userId={userId} self={self} />
      <TileCondition userId={userId} />
      <SpeakingRing userId={userId} self={self} />
      <TileName userId={userId} self={self} />
      <TileHand userId={userId} />
      <TileActions tileId={userId} userId={userId} />
    </TileBox>
  );
});

function TileBox({ userId, children }: { userId: string; children: React.ReactNode }) {
  const { t } = useI18n();
  const ref = useRef<HTMLDivElement>(null);
  useShown(ref, tileId(userId, "person"), userId, "camera");
  const label = useTile(userId, (one) => {
    const name = one.isSelf ? t("call.youNamed", { name: one.userName }) : one.userName;
    if (one.status !== "joined" && !one.isSelf) return `${name}, ${t("tile.ringing")}`;
    const parts = [name];
    if (!one.mediaState.audioEnabled) parts.push(t("tile.muted"));
    if (!one.mediaState.videoEnabled) parts.push(t("tile.cameraOff"));
    if (one.mediaState.screenSharing) parts.push(t("tile.presenting"));
    if (one.handRaisedAtMs !== null) parts.push(t("tile.handRaised"));
    return parts.join(", ");
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups a picture with its name
    <div
      ref={ref}
      className={styles.tile}
      style={cssVariables({ "--ax-hue": hueOf(userId) })}
      role="group"
      aria-label={label}
      tabIndex={-1}
      data-ax-tile=""
    >
      {children}
    </div>
  );
}
