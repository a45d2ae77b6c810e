// The measurements of all media connections.

import { useParticipants } from "../hooks/useParticipants.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { StatsCard } from "../stage/StatsCard.js";
import { Dialog } from "../ui/Dialog.js";
import styles from "./StatsDialog.module.css";

/** One card for each of the others. Open while the view says so. */
export function StatsDialog() {
  const open = useViewState((state) => state.dialog === "stats");
  return open ? <Cards /> : null;
}

function Cards() {
  const { t } = useI18n();
  const view = useCallView();
  const others = useParticipants((one) => !one.isSelf && one.status === "joined");
  return (
    <Dialog open reading onOpenChange={() => view.toggle("stats")} title={t("stats.title")}>
      {others.length === 0 ? <p>{t("stats.waiting")}</p> : null}
      <ul className={styles.cards}>
        {others.map((one) => (
          <li key={one.userId}>
            <StatsCard userId={one.userId} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
