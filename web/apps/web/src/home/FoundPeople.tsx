// People who match what is looked for; a click opens the conversation with them.

import type { User } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Banner, Spinner, useAnnounce } from "@aethex/calls-react/ui";
import { useEffect, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import row from "./ConversationRow.module.css";
import styles from "./FoundPeople.module.css";
import { PersonFace } from "./PersonFace.js";
import { usePeopleSearch } from "./usePeopleSearch.js";

/** The people found for `text`. */
export function FoundPeople({ text, onDone }: { text: string; onDone: () => void }) {
  const { router } = useApp();
  const { conversations } = usePersonal();
  const words = useWords();
  const { t } = words;
  const people = usePeopleSearch(text);
  const { found, loading, error } = useSelector(people.store, (state) => state);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [opening, setOpening] = useState<string | null>(null);
  const announce = useAnnounce();
  useEffect(() => {
    if (!loading && error === null) announce(t("home.results", { count: found.length }));
  }, [loading, error, found.length, announce, t]);

  const open = async (person: User): Promise<void> => {
    setFailure(null);
    setOpening(person.id);
    try {
      const conversation = await conversations.create({ kind: "direct", memberIds: [person.id] });
      onDone();
      router.go({ page: "conversation", id: conversation.id });
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setOpening(null);
    }
  };
  const wrong = failure ?? error;
  return (
    <section aria-labelledby="people-title">
      <h2 id="people-title" className={styles.title}>
        {t("home.people")} {loading ? <Spinner label={null} /> : null}
      </h2>
      {wrong === null ? null : (
        <div role="alert" className={styles.fault}>
          <Banner tone="danger">{wordedError(wrong, words)}</Banner>
        </div>
      )}
      {found.length === 0 && !loading && error === null ? (
        <p className={styles.none}>
          {t("home.noPeople", { text: text.trim() })} {t("home.noPeopleHint")}
        </p>
      ) : null}
      <p id="people-hint" hidden>
        {t("home.start")}
      </p>
      <ul className={styles.list}>
        {found.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className={row.row}
              aria-describedby="people-hint"
              aria-busy={opening === person.id || undefined}
              onClick={() => void open(person)}
            >
              <PersonFace person={person} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
