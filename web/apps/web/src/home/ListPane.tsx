// The list of conversations, and the search that finds people too.

import { useSelector } from "@aethex/calls-react";
import { Button, IconButton, TextField } from "@aethex/calls-react/ui";
import { CloudOff, MessageCirclePlus, Search, UsersRound, X } from "lucide-react";
import { useState } from "react";
import { usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import { Notice } from "../look/Notice.js";
import { SkeletonRows } from "../look/Skeleton.js";
import { faceOf, inOrder, newestCalls } from "../stores/names.js";
import { ConversationRow } from "./ConversationRow.js";
import { FoundPeople } from "./FoundPeople.js";
import { GroupDialog } from "./GroupDialog.js";
import styles from "./ListPane.module.css";
import { useManagedElsewhere } from "./useManagedElsewhere.js";

/** All conversations, or those and the people that match what is looked for. */
export function ListPane({ openId }: { openId: string | null }) {
  const { conversations, recent, userId } = usePersonal();
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState("");
  const [grouping, setGrouping] = useState(false);
  // The open conversation, when there is one, is what the page is about.
  const Title = openId === null ? "h1" : "h2";
  const managed = useManagedElsewhere();
  const { value, error } = useSelector(conversations.store, (state) => state);
  const calls = useSelector(recent.store, ({ items }) => items);
  const wanted = text.trim().toLocaleLowerCase();
  const newest = newestCalls(calls);
  const matching = inOrder(value ?? [], calls).filter(
    (one) => wanted === "" || faceOf(one, userId, "").name.toLocaleLowerCase().includes(wanted),
  );
  return (
    <section className={styles.pane} aria-labelledby="conversations-title">
      <header className={styles.header}>
        <Title id="conversations-title" className={styles.title}>
          {t("home.title")}
        </Title>
        {managed ? null : (
          <IconButton
            label={t("home.newGroup")}
            icon={<UsersRound aria-hidden="true" />}
            variant="raised"
            tooltipSide="bottom"
            onClick={() => setGrouping(true)}
          />
        )}
      </header>
      <div className={styles.search}>
        <TextField
          label={t("home.search")}
          labelHidden
          placeholder={t("home.search")}
          type="search"
          autoComplete="off"
          icon={<Search aria-hidden="true" />}
          value={text}
          onChange={(event) => setText(event.target.value)}
          end={
            text === "" ? null : (
              <IconButton
                size="s"
                label={t("home.clearSearch")}
                icon={<X aria-hidden="true" />}
                onClick={() => setText("")}
              />
            )
          }
        />
      </div>
      <div className={styles.scroll}>
        {value === null && error !== null ? (
          <Notice
            alert
            icon={<CloudOff />}
            title={t("home.failed")}
            text={wordedError(error, words)}
            action={<Button onClick={() => void conversations.load()}>{t("app.retry")}</Button>}
          />
        ) : value === null ? (
          <SkeletonRows />
        ) : value.length === 0 && wanted === "" ? (
          <Notice icon={<MessageCirclePlus />} title={t("home.emptyTitle")} text={t("home.emptyText")} />
        ) : (
          <ul className={styles.list}>
            {matching.map((one) => (
              <ConversationRow
                key={one.id}
                conversation={one}
                newest={newest.get(one.id) ?? null}
                open={one.id === openId}
              />
            ))}
          </ul>
        )}
        {wanted === "" ? null : <FoundPeople text={text} onDone={() => setText("")} />}
      </div>
      {managed ? null : <GroupDialog open={grouping} onOpenChange={setGrouping} />}
    </section>
  );
}
