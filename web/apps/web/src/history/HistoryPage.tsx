// All past calls, with filters. Seeing the list clears the badge of missed calls.

import type { Conversation } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { cx, Select } from "@aethex/calls-react/ui";
import { CircleCheck, ListFilter, Phone } from "lucide-react";
import { useEffect, useState } from "react";
import { usePersonal } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { ALL_CALLS, createHistory, type HistoryFilter } from "../stores/history.js";
import { faceOf } from "../stores/names.js";
import { CallList } from "./CallList.js";
import styles from "./HistoryPage.module.css";
import { useSeen } from "./useSeen.js";

const NONE: readonly Conversation[] = [];
const KINDS = ["all", "missed", "incoming", "outgoing"] as const;
const TYPES = ["any", "audio", "video", "screen"] as const;

/** The page of calls. */
export function HistoryPage() {
  const { api, conversations, recent, userId } = usePersonal();
  const { t } = useWords();
  const [history] = useState(() => createHistory(api, ALL_CALLS));
  const filter = useSelector(history.store, (state) => state.filter);
  const known = useSelector(conversations.store, ({ value }) => value ?? NONE);
  const newest = useSelector(recent.store, ({ items }) => items[0] ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another newest call is the reason to look again.
  useEffect(() => void history.refresh(), [history, newest?.id, newest?.outcome]);
  useSeen(useSelector(history.store, (state) => state.loaded && state.loading === "no"));
  const show = (change: Partial<HistoryFilter>): void => void history.show({ ...filter, ...change });
  const typeNames = {
    any: t("history.anyType"),
    audio: t("history.audio"),
    video: t("history.video"),
    screen: t("history.screen"),
  } as const;
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <h1 className={styles.title}>{t("history.title")}</h1>
        <div className={styles.filters}>
          <fieldset className={styles.kinds}>
            <legend className={styles.legend}>{t("history.filter")}</legend>
            {KINDS.map((kind) => (
              <button
                key={kind}
                type="button"
                className={cx(styles.kind, filter.kind === kind && styles.chosen)}
                aria-pressed={filter.kind === kind}
                onClick={() => show({ kind })}
              >
                {t(`history.${kind}`)}
              </button>
            ))}
          </fieldset>
          <div className={styles.selects}>
            <Select
              label={t("history.type")}
              labelHidden
              value={filter.type}
              options={TYPES.map((type) => ({ value: type, label: typeNames[type] }))}
              onChange={(value) => show({ type: TYPES.find((type) => type === value) ?? "any" })}
            />
            <Select
              label={t("history.conversation")}
              labelHidden
              value={filter.conversationId ?? ""}
              options={[
                { value: "", label: t("history.anyConversation") },
                ...known.map((one) => ({
                  value: one.id,
                  label: faceOf(one, userId, t("group.untitled")).name,
                })),
              ]}
              onChange={(value) => show({ conversationId: value === "" ? null : value })}
            />
          </div>
        </div>
        <CallList history={history} named dayHeading="h2" empty={useEmpty(filter)} />
      </div>
    </div>
  );
}

/** What an empty list says depends on what was asked for. */
function useEmpty(filter: HistoryFilter) {
  const { t } = useWords();
  if (filter.type !== "any" || filter.conversationId !== null || !["all", "missed"].includes(filter.kind)) {
    return { icon: <ListFilter />, title: t("history.emptyFilter"), text: t("history.emptyFilterText") };
  }
  if (filter.kind === "missed") {
    return { icon: <CircleCheck />, title: t("history.emptyMissed"), text: t("history.emptyMissedText") };
  }
  return { icon: <Phone />, title: t("history.empty"), text: t("history.emptyText") };
}
