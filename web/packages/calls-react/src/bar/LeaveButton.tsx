// The red button.

import { ChevronUp, PhoneOff } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { Menu, MenuItem } from "../ui/Menu.js";
import { Tooltip } from "../ui/Tooltip.js";
import styles from "./LeaveButton.module.css";
import { useIntent } from "./useIntent.js";

/**
 * Leaves. With two people that ends the call; in a group, whoever may end it for everybody gets the choice.
 */
export function LeaveButton() {
  const { t } = useI18n();
  const intend = useIntent();
  const mayEnd = useCall((call) => call.participants.length > 2 && call.capabilities.has("end-for-all"));
  const group = useCall((call) => call.participants.length > 2);
  const label = t(group ? "leave.leave" : "leave.end");
  return (
    <span className={styles.group}>
      <Tooltip label={label}>
        <button
          type="button"
          className={styles.leave}
          aria-label={label}
          aria-describedby={undefined}
          onClick={() => intend({ type: "leave" })}
        >
          <PhoneOff aria-hidden="true" />
        </button>
      </Tooltip>
      {mayEnd ? (
        <Menu
          side="top"
          align="end"
          trigger={
            <button type="button" className={styles.more} aria-label={t("leave.options")}>
              <ChevronUp aria-hidden="true" />
            </button>
          }
        >
          <MenuItem text={t("leave.onlyMeText")} onSelect={() => intend({ type: "leave" })}>
            {t("leave.onlyMe")}
          </MenuItem>
          <MenuItem tone="danger" text={t("leave.forAllText")} onSelect={() => intend({ type: "end" })}>
            {t("leave.forAll")}
          </MenuItem>
        </Menu>
      ) : null}
    </span>
  );
}
