// The place of a tile: moves without touching what is inside.

import { memo, type ReactNode, useRef } from "react";
import { useI18n } from "../i18n/index.js";
import type { TileRole } from "../layout/index.js";
import { useAnnounce } from "../ui/LiveRegion.js";
import { useCallView, useViewState } from "./CallViewContext.js";
import { cornerByKey } from "./corner.js";
import styles from "./TileFrame.module.css";
import { useCornerDrag } from "./useCornerDrag.js";

/** What {@link TileFrame} takes: plain values, so that a tile that did not move is not rendered. */
export interface TileFrameProps {
  readonly id: string;
  readonly role: TileRole;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The same element as before, or the tile is rendered too. */
  readonly children: ReactNode;
}

/** A list item at its place. A floating one can be dragged and moved by arrow keys into the corners. */
export const TileFrame = memo(function TileFrame({
  id,
  role,
  x,
  y,
  width,
  height,
  children,
}: TileFrameProps) {
  const ref = useRef<HTMLLIElement>(null);
  const floats = role === "float";
  const corner = useViewState((view) => (floats ? view.corner : null));
  useCornerDrag(ref, floats);
  const style =
    corner === null
      ? { insetBlockStart: y, insetInlineStart: x, inlineSize: width, blockSize: height }
      : { inlineSize: width, blockSize: height };
  return (
    <li
      ref={ref}
      className={styles.frame}
      data-role={role}
      data-corner={corner ?? undefined}
      data-tile={id}
      style={style}
    >
      {floats ? <CornerKeys /> : null}
      {children}
    </li>
  );
});

/** What moves the self view by keyboard: a button over it, seen when focused. */
function CornerKeys() {
  const { t, dir } = useI18n();
  const view = useCallView();
  const announce = useAnnounce();
  return (
    <button
      type="button"
      className={styles.keys}
      aria-label={t("self.move")}
      onKeyDown={(event) => {
        const corner = cornerByKey(view.store.get().corner, event.key, dir);
        if (corner === null) return;
        event.preventDefault();
        event.stopPropagation();
        view.setCorner(corner);
        announce(t(`self.corner.${corner}`));
      }}
    />
  );
}
