// An open conversation: who is in it, the ways to call, and its calls.

import type { Conversation } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Button } from "@aethex/calls-react/ui";
import { CloudOff, MessageCircleOff } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { usePersonal } from "../frame/scopes.js";
import link from "../frame/UnknownPage.module.css";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import { Notice } from "../look/Notice.js";
import { SkeletonRows } from "../look/Skeleton.js";
import { Link } from "../router/Link.js";
import { ConversationCalls } from "./ConversationCalls.js";
import { ConversationHead } from "./ConversationHead.js";
import styles from "./ConversationPane.module.css";
import { Members } from "./Members.js";
import { RunningCall } from "./RunningCall.js";

/** The conversation of an address; fetched when it is not known yet. */
export function ConversationPane({ id }: { id: string }) {
  const { conversations } = usePersonal();
  const words = useWords();
  const { t } = words;
  const conversation = useSelector(
    conversations.store,
    ({ value }) => value?.find((one) => one.id === id) ?? null,
  );
  const [gone, setGone] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const load = useCallback(() => {
    setError(null);
    conversations.loadOne(id).then(
      (found) => setGone(found === null),
      (thrown) => setError(asApiError(thrown)),
    );
  }, [conversations, id]);
  useEffect(load, [load]);

  if (conversation !== null) return <Known conversation={conversation} />;
  if (gone) {
    return (
      <Notice
        fill
        heading="h1"
        icon={<MessageCircleOff />}
        title={t("conversation.gone")}
        text={t("conversation.goneText")}
        action={
          <Link to={{ page: "home" }} className={link.link}>
            {t("call.toConversations")}
          </Link>
        }
      />
    );
  }
  if (error !== null) {
    return (
      <Notice
        fill
        alert
        heading="h1"
        icon={<CloudOff />}
        title={t("conversation.failed")}
        text={wordedError(error, words)}
        action={<Button onClick={load}>{t("app.retry")}</Button>}
      />
    );
  }
  return <SkeletonRows rows={4} />;
}

function Known({ conversation }: { conversation: Conversation }) {
  return (
    <article className={styles.pane} aria-labelledby="conversation-name">
      <ConversationHead conversation={conversation} />
      <div className={styles.body}>
        <RunningCall conversation={conversation} />
        <div className={styles.columns}>
          <ConversationCalls id={conversation.id} />
          {conversation.kind === "group" ? <Members conversation={conversation} /> : null}
        </div>
      </div>
    </article>
  );
}
