// The past calls of one conversation.

import { useSelector } from "@aethex/calls-react";
import { useEffect, useState } from "react";
import { usePersonal } from "../frame/scopes.js";
import { CallList } from "../history/CallList.js";
import { useWords } from "../i18n/Words.js";
import { ALL_CALLS, createHistory } from "../stores/history.js";
import styles from "./Section.module.css";

/** A list that grows with every call that ends. */
export function ConversationCalls({ id }: { id: string }) {
  const { api, recent } = usePersonal();
  const { t } = useWords();
  const [history] = useState(() => createHistory(api, { ...ALL_CALLS, conversationId: id }));
  const newest = useSelector(
    recent.store,
    ({ items }) => items.find((entry) => entry.conversationId === id) ?? null,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another newest call is the reason to look again.
  useEffect(() => void history.refresh(), [history, newest?.id, newest?.outcome]);
  return (
    <section className={styles.section} aria-labelledby="calls-title">
      <h2 id="calls-title" className={styles.title}>
        {t("conversation.calls")}
      </h2>
      <CallList
        history={history}
        named={false}
        dayHeading="h3"
        empty={{ title: t("conversation.noCalls"), text: t("conversation.noCallsText") }}
      />
    </section>
  );
}
