// Dots and arrows between the pages of the stage.

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useI18n } from "../i18n/index.js";
import { cx } from "../ui/cx.js";
import { IconButton } from "../ui/IconButton.js";
import { useCallView } from "./CallViewContext.js";
import styles from "./Pages.module.css";

/** What {@link Pages} takes. */
export interface PagesProps {
  /** From 0. */
  readonly page: number;
  readonly pages: number;
}

/** With more pages than this a number stands in place of the dots, which would not fit on a phone. */
const MOST_DOTS = 5;

/** Nothing while everybody fits on one page. */
export function Pages({ page, pages }: PagesProps) {
  const { t } = useI18n();
  const view = useCallView();
  if (pages <= 1) return null;
  return (
    <nav className={styles.pages} aria-label={t("layout.pages")}>
      <IconButton
        size="s"
        label={t("layout.previousPage")}
        icon={<ChevronLeft className={styles.arrow} aria-hidden="true" />}
        disabled={page === 0}
        onClick={() => view.setPage(page - 1)}
      />
      {pages > MOST_DOTS ? <PageNumber page={page} pages={pages} /> : <Dots page={page} pages={pages} />}
      <IconButton
        size="s"
        label={t("layout.nextPage")}
        icon={<ChevronRight className={styles.arrow} aria-hidden="true" />}
        disabled={page === pages - 1}
        onClick={() => view.setPage(page + 1)}
      />
    </nav>
  );
}

function Dots({ page, pages }: PagesProps) {
  const { t } = useI18n();
  const view = useCallView();
  return Array.from({ length: pages }, (_, index) => (
    <button
      // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
      key={index}
      type="button"
      className={cx(styles.dot, index === page && styles.current)}
      aria-label={t("layout.page", { page: index + 1, pages })}
      aria-current={index === page ? "page" : undefined}
      onClick={() => view.setPage(index)}
    />
  ));
}

function PageNumber({ page, pages }: PagesProps) {
  const { t } = useI18n();
  const place = { page: page + 1, pages };
  return (
    <span className={styles.number} role="img" aria-label={t("layout.page", place)}>
      {t("layout.pageShort", place)}
    </span>
  );
}
