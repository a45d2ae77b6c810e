// The call as a small card over the page.

import { useI18n } from "../i18n/index.js";
import styles from "./MiniPlayer.module.css";
import { MiniView } from "./MiniView.js";

/** What {@link MiniPlayer} takes. */
export interface MiniPlayerProps {
  /** The person wants to see the whole call again. */
  readonly onBack: () => void;
}

/**
 * Bottom, at the end side of the window, while the page shows something else. Belongs inside a
 * `SessionProvider`.
 */
export function MiniPlayer({ onBack }: MiniPlayerProps) {
  const { t } = useI18n();
  return (
    <section className={styles.card} aria-label={t("mini.region")} data-ax-region="mini" tabIndex={-1}>
      <MiniView onBack={onBack} />
    </section>
  );
}
