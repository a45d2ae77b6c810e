// The pill of controls at the bottom.

import { type ReactNode, useRef } from "react";
import { useI18n } from "../i18n/index.js";
import { NARROW_PX } from "../layout/index.js";
import { useElementSize } from "../stage/useElementSize.js";
import { CallTimer } from "./CallTimer.js";
import { CameraButton } from "./CameraButton.js";
import styles from "./ControlBar.module.css";
import { LayoutMenu } from "./LayoutMenu.js";
import { LeaveButton } from "./LeaveButton.js";
import { MicrophoneButton } from "./MicrophoneButton.js";
import { MoreMenu } from "./MoreMenu.js";
import { PeopleButton } from "./PeopleButton.js";
import { QualityMenu } from "./QualityMenu.js";
import { ShareButton } from "./ShareButton.js";

/** From this width on, in CSS pixels, every button has room in one row. */
const ROOMY_PX = 820;

/** What {@link ControlBar} takes. */
export interface ControlBarProps {
  /** Before the time, where there is room for it. */
  readonly start?: ReactNode;
  /** More buttons, before More. */
  readonly children?: ReactNode;
}

/**
 * Microphone, camera, share, layout, quality, more, leave, people. On narrow screens layout, quality and people
 * move into More, and the time to the top of the screen. Belongs inside a `SessionProvider`.
 */
export function ControlBar({ start, children }: ControlBarProps) {
  const { t } = useI18n();
  const ref = useRef<HTMLElement>(null);
  const { width } = useElementSize(ref);
  const compact = width > 0 && width < NARROW_PX;
  const roomy = width === 0 || width >= ROOMY_PX;
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
        {roomy ? (
          <>
            <LayoutMenu />
            <QualityMenu />
          </>
        ) : null}
        {children}
        <MoreMenu compact={!roomy} />
        <LeaveButton />
      </div>
      {compact ? null : (
        <div className={styles.end}>
          <PeopleButton />
        </div>
      )}
    </section>
  );
}
