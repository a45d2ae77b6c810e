// Tells that the own screen is shared, and ends it.

import { MonitorUp } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { Button } from "../ui/Button.js";
import styles from "./SharingPill.module.css";

/** For the top of the stage, while the own screen is shared. */
export function SharingPill() {
  const { t } = useI18n();
  const session = useSession();
  const sharing = useCall((state) => state.local.screen.status === "on");
  if (!sharing) return null;
  const stop = (): void => {
    session.dispatch({ type: "stop-sharing" }).catch(() => undefined); // shows as a notice
  };
  return (
    <div className={styles.pill}>
      <MonitorUp aria-hidden="true" />
      <span>{t("share.yours")}</span>
      <Button size="s" variant="danger" onClick={stop}>
        {t("share.stop")}
      </Button>
    </div>
  );
}
