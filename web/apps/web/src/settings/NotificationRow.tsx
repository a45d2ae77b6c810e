// The browser's permission for notifications: asked for by a click, never by itself.

import { Button } from "@aethex/calls-react/ui";
import { Bell } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/Words.js";
import rows from "./rows.module.css";

/** Asks, or says how things are. Nothing when they are allowed. */
export function NotificationRow() {
  const { t } = useWords();
  const [permission, setPermission] = useState(() =>
    typeof Notification === "undefined" ? null : Notification.permission,
  );
  if (permission === null) return <p className={rows.hint}>{t("settings.notificationsNone")}</p>;
  if (permission === "granted") return null;
  if (permission === "denied") return <p className={rows.hint}>{t("settings.notificationsDenied")}</p>;
  const ask = async (): Promise<void> => setPermission(await Notification.requestPermission());
  return (
    <p>
      <Button icon={<Bell aria-hidden="true" />} onClick={() => void ask()}>
        {t("settings.notificationsAllow")}
      </Button>
    </p>
  );
}
