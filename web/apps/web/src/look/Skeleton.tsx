// Where rows will be once they are loaded.

import { VisuallyHidden } from "@aethex/calls-react/ui";
import { useWords } from "../i18n/Words.js";
import styles from "./Skeleton.module.css";

/** So many grey rows of an avatar and two lines. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div className={styles.rows} role="status">
      <VisuallyHidden>{t("app.loading")}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <div key={row} className={styles.row} aria-hidden="true">
          <span className={styles.round} />
          <span className={styles.lines}>
            <span className={styles.line} />
            <span className={styles.short} />
          </span>
        </div>
      ))}
    </div>
  );
}
