// The button that lets the browser play the sound it holds back.

import { Volume2 } from "lucide-react";
import type { ReactElement } from "react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { Button } from "../ui/index.js";
import styles from "./TapToHear.module.css";

/** Shown while the browser blocks sound; nothing otherwise. */
export function TapToHear(): ReactElement | null {
  const { t } = useI18n();
  const session = useSession();
  const blocked = useCall((state) => state.notices.some((notice) => notice.kind === "audio-blocked"));
  if (!blocked) return null;
  return (
    <div className={styles.place} role="alert">
      <p className={styles.text}>{t("notice.audioBlocked")}</p>
      <Button
        variant="primary"
        size="l"
        icon={<Volume2 aria-hidden="true" />}
        onClick={() => {
          // Still blocked: the notice, and with it this button, stays.
          session.dispatch({ type: "hear" }).catch(() => undefined);
        }}
      >
        {t("notice.act.hear")}
      </Button>
    </div>
  );
}
