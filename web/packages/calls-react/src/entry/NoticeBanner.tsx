// The one place where a call says what is wrong, why, and what to do.

import type { Notice } from "@aethex/calls-client";
import { type ReactElement, useCallback, useState } from "react";
import { useCall } from "../hooks/useCall.js";
import { useNoticeAction } from "../hooks/useNoticeAction.js";
import { useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { Banner } from "../ui/index.js";
import { noticeText } from "../words/noticeText.js";
import { noticeToShow } from "../words/noticeToShow.js";
import styles from "./NoticeBanner.module.css";
import { PermissionHelp } from "./PermissionHelp.js";

const TONES = { neutral: "info", warning: "warn", danger: "danger" } as const;

/**
 * Shows the most urgent notice of the call; never two at a time. The sound that the browser holds back has
 * its own, larger button: `TapToHear`.
 */
export function NoticeBanner(): ReactElement {
  const { t } = useI18n();
  const session = useSession();
  const notice = useCall((state) => noticeToShow(state.notices));
  const name = useCall(
    (state) => state.participants.find((one) => one.userId === notice?.userId)?.userName ?? null,
  );
  const served = useCall((state) => state.topology === "sfu");
  const [help, setHelp] = useState<"microphone" | "camera" | null>(null);
  const showHelp = useCallback((about: Notice) => {
    setHelp(about.kind === "camera-failed" ? "camera" : "microphone");
  }, []);
  const button = useNoticeAction(session, showHelp);
  const said = notice === null ? null : noticeText(notice, t, () => name, served);
  const action = said?.action ?? null;
  return (
    <section className={styles.slot} aria-label={t("notice.region")} aria-live="polite">
      {notice === null || said === null ? null : (
        <Banner
          key={notice.id}
          tone={TONES[said.tone]}
          action={
            action === null
              ? undefined
              : {
                  label: action.label,
                  busy: button.busy,
                  onClick: () => button.perform(notice, action.does),
                }
          }
          onDismiss={
            said.dismissible
              ? () => {
                  // Nothing of it reaches the network; a failure leaves the notice where it is.
                  session.dispatch({ type: "dismiss-notice", id: notice.id }).catch(() => undefined);
                }
              : undefined
          }
        >
          {said.text}
        </Banner>
      )}
      {help === null ? null : (
        <PermissionHelp
          open
          device={help}
          onOpenChange={(open) => {
            if (!open) setHelp(null);
          }}
          onTryAgain={async () => {
            const { local } = session.store.get();
            const error = help === "camera" ? local.camera.error : local.microphone.error;
            if (error?.recoverable === true) await error.recover();
            else await session.dispatch({ type: "retry" });
          }}
        />
      )}
    </section>
  );
}
