// Past calls by day, page by page.

import type { HistoryEntry } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Banner, Button } from "@aethex/calls-react/ui";
import { CloudOff, Phone } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useApp } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { dayKeyOf, dayKindOf, dayText } from "../i18n/moments.js";
import { useWords } from "../i18n/Words.js";
import { Notice } from "../look/Notice.js";
import { SkeletonRows } from "../look/Skeleton.js";
import type { CallHistory } from "../stores/history.js";
import styles from "./CallList.module.css";
import { CallRow } from "./CallRow.js";

/** What {@link CallList} takes. */
export interface CallListProps {
  readonly history: CallHistory;
  /** Whether rows say who the call was with. */
  readonly named: boolean;
  /** The level of the days' headings. */
  readonly dayHeading: "h2" | "h3";
  /** What an empty list says. */
  readonly empty: { readonly title: string; readonly text: string; readonly icon?: ReactNode };
}

/** A list with its loading, empty and failed states. */
export function CallList({ history, named, dayHeading: DayHeading, empty }: CallListProps) {
  const words = useWords();
  const { t } = words;
  const { now } = useApp();
  const id = useId();
  const { items, loading, loaded, hasMore, error } = useSelector(history.store, (state) => state);
  if (!loaded && error !== null) {
    return (
      <Notice
        alert
        icon={<CloudOff />}
        title={t("history.failed")}
        text={wordedError(error, words)}
        action={<Button onClick={() => void history.refresh()}>{t("app.retry")}</Button>}
      />
    );
  }
  if (!loaded) return <SkeletonRows rows={named ? 7 : 4} />;
  if (items.length === 0 && !hasMore) {
    return <Notice icon={empty.icon ?? <Phone />} title={empty.title} text={empty.text} />;
  }
  const dayName = (entry: HistoryEntry): string => {
    const at = new Date(entry.createdAt);
    const kind = dayKindOf(at.getTime(), now());
    return kind === "earlier" ? dayText(at, now(), words.locale) : t(`history.${kind}`);
  };
  return (
    <div className={styles.days}>
      {byDay(items).map(([day, calls]) => (
        <section key={day} aria-labelledby={`${id}-${day}`}>
          <DayHeading id={`${id}-${day}`} className={styles.day}>
            {dayName(calls[0])}
          </DayHeading>
          <ul className={styles.list}>
            {calls.map((entry) => (
              <CallRow key={entry.id} entry={entry} named={named} />
            ))}
          </ul>
        </section>
      ))}
      {error === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(error, words)}</Banner>
        </div>
      )}
      {hasMore ? (
        <p className={styles.more}>
          <Button busy={loading === "more"} onClick={() => void history.more()}>
            {t("history.more")}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

type Day = readonly [key: string, calls: readonly [HistoryEntry, ...HistoryEntry[]]];

/** Calls of the same local day together, in the order they come. */
function byDay(items: readonly HistoryEntry[]): readonly Day[] {
  const days = new Map<string, [HistoryEntry, ...HistoryEntry[]]>();
  for (const entry of items) {
    const key = dayKeyOf(Date.parse(entry.createdAt));
    const day = days.get(key);
    if (day === undefined) days.set(key, [entry]);
    else day.push(entry);
  }
  return [...days];
}
