// The pill of controls at the bottom.

import { type ReactNode, useRef } from "react";
import { useI18n } from "../i18n/index.js";
import { NARROW_PX } from "../layout/index.js";
import { ReactionSheet } from "../reactions/ReactionSheet.js";
import { useElementSize } from "../stage/useElementSize.js";
import { CallTimer } from "./CallTimer.js";
import { CameraButton } from "./CameraButton.js";
import styles from "./ControlBar.module.css";
import { HandButton } from "./HandButton.js";
import { HandsButton } from "./HandsButton.js";
import { LayoutMenu } from "./LayoutMenu.js";
import { LeaveButton } from "./LeaveButton.js";
import { MicrophoneButton } from "./MicrophoneButton.js";
import { type MenuExtra, MoreMenu } from "./MoreMenu.js";
import { PeopleButton } from "./PeopleButton.js";
import { QualityMenu } from "./QualityMenu.js";
import { ReactionButton } from "./ReactionButton.js";
import { ShareButton } from "./ShareButton.js";

/** From this width on, in CSS pixels, every button has room in one row. */
const ROOMY_PX = 960;

/** From this width on the hand and the reactions have room, layout and quality not. */
const MIDDLE_PX = 780;

const NO_ROOM: Readonly<Record<"roomy" | "middle" | "small" | "compact", readonly MenuExtra[]>> = {
  roomy: [],
  middle: ["layout", "quality"],
  small: ["hand", "reactions", "layout", "quality"],
  compact: ["people", "hand", "reactions", "layout", "quality"],
};

/** What {@link ControlBar} takes. */
export interface ControlBarProps {
  /** Before the time, where there is room for it. */
  readonly start?: ReactNode;
  /** More buttons, before More. */
  readonly children?: ReactNode;
}

/**
 * Microphone, camera, share, reactions, hand, layout, quality, more, leave, people. On narrow screens all but
 * microphone, camera, share and leave move into More, and the time to the top of the screen. Belongs inside a
 * `SessionProvider`.
 */
export function ControlBar({ start, children }: ControlBarProps) {
  const { t } = useI18n();
  const ref = useRef<HTMLElement>(null);
  const { width } = useElementSize(ref);
  const room =
    width === 0 || width >= ROOMY_PX
      ? "roomy"
      : width >= MIDDLE_PX
        ? "middle"
        : width >= NARROW_PX
          ? "small"
          : "compact";
  const compact = room === "compact";
  return (
    <section
      ref={ref}
      className={styles.bar}
      aria-label={t("call.controls")}
      tabIndex={-1}
      data-ax-region="bar"
      data-compact={compact || undefined}
    >
      {compact ? null : (
        <div className={styles.start}>
          {start}
          <CallTimer />
        </div>
      )}
      <div className={styles.pill}>
        <MicrophoneButton compact={compact} />
        <CameraButton compact={compact} />
        <ShareButton />
        {room === "roomy" || room === "middle" ? (
          <>
            <ReactionButton />
            <HandButton />
          </>
        ) : null}
        {room === "roomy" ? (
          <>
            <LayoutMenu />
            <QualityMenu />
          </>
        ) : null}
        {children}
        <MoreMenu also={NO_ROOM[room]} />
        <LeaveButton />
      </div>
      {compact ? null : (
        <div className={styles.end}>
          <HandsButton />
          <PeopleButton />
        </div>
      )}
      {room === "small" || compact ? <ReactionSheet /> : null}
    </section>
  );
}
