// Something is under way.

import { useI18n } from "../i18n/index.js";
import styles from "./Spinner.module.css";
import { VisuallyHidden } from "./VisuallyHidden.js";

/** What {@link Spinner} takes. */
export interface SpinnerProps {
  /** What is under way; "Loading" when left out, null when the text beside it says so already. */
  readonly label?: string | null | undefined;
}

/** A turning ring, as large as the text around it. */
export function Spinner({ label }: SpinnerProps) {
  const { t } = useI18n();
  return (
    <span className={styles.spinner}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle className={styles.track} cx="12" cy="12" r="9" />
        <path className={styles.arc} d="M12 3a9 9 0 0 1 9 9" />
      </svg>
      {label === null ? null : <VisuallyHidden>{label ?? t("ui.loading")}</VisuallyHidden>}
    </span>
  );
}
