// The screen of a running call: stage, controls, people, dialogs.

import { Minimize2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { CallTimer } from "../bar/CallTimer.js";
import { ControlBar } from "../bar/ControlBar.js";
import { HandsButton } from "../bar/HandsButton.js";
import { LayoutDialog } from "../dialogs/LayoutDialog.js";
import { SettingsDialog } from "../dialogs/SettingsDialog.js";
import { ShortcutsDialog } from "../dialogs/ShortcutsDialog.js";
import { StatsDialog } from "../dialogs/StatsDialog.js";
import { NoticeBanner } from "../entry/NoticeBanner.js";
import { TapToHear } from "../entry/TapToHear.js";
import { useI18n } from "../i18n/index.js";
import { PopOut } from "../mini/PopOut.js";
import { type Candidate, InviteDialog } from "../people/InviteDialog.js";
import { PeoplePanel } from "../people/PeoplePanel.js";
import { useCallOptions } from "../provider/options.js";
import { FloatingReactions } from "../reactions/FloatingReactions.js";
import { PortalScope } from "../theme/PortalScope.js";
import { IconButton } from "../ui/IconButton.js";
import { CallStage } from "./CallStage.js";
import { CallViewProvider, useCallView, useViewState } from "./CallViewContext.js";
import type { CallView } from "./callView.js";
import styles from "./InCall.module.css";
import { SharingPill } from "./SharingPill.js";
import { StateAnnouncer } from "./StateAnnouncer.js";

/** Own elements in places of the screen. */
export interface CallSlots {
  /** More buttons in the bar. */
  readonly controls?: ReactNode;
}

/** What {@link InCall} takes. */
export interface InCallProps {
  readonly view: CallView;
  /** With it there is a button to see the page behind; the call goes on in a `MiniPlayer`. */
  readonly onMinimize?: (() => void) | undefined;
  /** Who may be invited; without it nobody can be. */
  readonly candidates?: readonly Candidate[] | undefined;
  readonly slots?: CallSlots | undefined;
}

/** Fills its place. Belongs inside a `SessionProvider`. */
export function InCall({ view, ...rest }: InCallProps) {
  return (
    <CallViewProvider view={view}>
      <Screen {...rest} />
    </CallViewProvider>
  );
}

function Screen({ onMinimize, candidates, slots }: Omit<InCallProps, "view">) {
  const { t } = useI18n();
  const { features } = useCallOptions();
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const peopleOpen = useViewState((state) => state.peopleOpen);
  const invitable = features.invite !== false && candidates !== undefined;
  useFullscreen(root);
  const minimize =
    onMinimize === undefined ? null : (
      <IconButton
        label={t("more.miniPlayer")}
        icon={<Minimize2 aria-hidden="true" />}
        tooltipSide="bottom"
        onClick={onMinimize}
      />
    );
  return (
    <section ref={setRoot} className={styles.screen} aria-label={t("call.region")}>
      <PortalScope>
        <div className={styles.top}>
          {minimize}
          <span className={styles.time}>
            <CallTimer />
          </span>
          <HandsButton />
        </div>
        <div className={styles.middle} data-people={peopleOpen || undefined}>
          <div className={styles.stage}>
            <CallStage />
            <FloatingReactions />
            <div className={styles.over}>
              <NoticeBanner />
              <SharingPill />
            </div>
            <TapToHear />
          </div>
          {peopleOpen ? <PeoplePanel invitable={invitable} /> : null}
        </div>
        <div className={styles.bar}>
          <ControlBar start={minimize}>{slots?.controls}</ControlBar>
        </div>
        <LayoutDialog />
        <SettingsDialog />
        <StatsDialog />
        <ShortcutsDialog />
        {invitable ? <InviteDialog candidates={candidates} /> : null}
        <PopOut root={root} />
        <StateAnnouncer />
      </PortalScope>
    </section>
  );
}

/** Lets the view fill the screen with an element, and tells it what the browser did. */
function useFullscreen(root: HTMLElement | null): void {
  const view = useCallView();
  useEffect(() => {
    if (root === null) return;
    const changed = (): void => view.setFullscreen(document.fullscreenElement === root);
    const detach = view.attachRoot({
      requestFullscreen: () => root.requestFullscreen(),
      exitFullscreen: () => document.exitFullscreen(),
    });
    document.addEventListener("fullscreenchange", changed);
    return () => {
      detach();
      document.removeEventListener("fullscreenchange", changed);
    };
  }, [root, view]);
}
