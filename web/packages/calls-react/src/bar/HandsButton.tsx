// Tells that hands are up, also of people on another page, and leads to their list.

import { Hand } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { Tooltip } from "../ui/Tooltip.js";
import styles from "./HandsButton.module.css";

/** Absent while no other hand is up, and while the list of people, which has them all, is open. */
export function HandsButton() {
  const { t, number } = useI18n();
  const view = useCallView();
  const peopleOpen = useViewState((state) => state.peopleOpen);
  const count = useCall(
    (call) =>
      call.participants.filter((one) => !one.isSelf && one.status === "joined" && one.handRaisedAtMs !== null)
        .length,
  );
  if (count === 0 || peopleOpen) return null;
  const label = `${t("people.hands", { count })}. ${t("people.open")}`;
  return (
    <Tooltip label={label}>
      <button
        type="button"
        className={styles.hands}
        aria-label={label}
        aria-describedby={undefined}
        onClick={() => view.toggle("people")}
      >
        <Hand aria-hidden="true" />
        {number(count)}
      </button>
    </Tooltip>
  );
}
