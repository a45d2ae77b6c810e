// What somebody sees who is alone in a call.

import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { shallowEqual } from "../store/index.js";
import styles from "./Alone.module.css";
import { isAwaited } from "./tiles.js";

/** A calm note over the own picture while nobody else is there. */
export function Alone() {
  const { t } = useI18n();
  const alone = useCall(
    (state) =>
      state.phase === "active" && !state.participants.some((one) => !one.isSelf && one.status === "joined"),
  );
  const awaited = useCall(
    (state) => state.participants.filter((one) => !one.isSelf && isAwaited(one)).map((one) => one.userName),
    shallowEqual,
  );
  if (!alone || awaited.length > 0) return null;
  return (
    <div className={styles.alone} role="status">
      <p className={styles.title}>{t("alone.title")}</p>
      <p className={styles.text}>{t("alone.text")}</p>
    </div>
  );
}
