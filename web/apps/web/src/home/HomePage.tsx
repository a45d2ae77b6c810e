// People and conversations at one side, the open conversation at the other; on phones one of the two.

import { MessagesSquare } from "lucide-react";
import { ConversationPane } from "../conversation/ConversationPane.js";
import { useWords } from "../i18n/Words.js";
import { Notice } from "../look/Notice.js";
import styles from "./HomePage.module.css";
import { ListPane } from "./ListPane.js";

/** The page of conversations; `conversationId` null when none is open. */
export function HomePage({ conversationId }: { conversationId: string | null }) {
  const { t } = useWords();
  return (
    <div className={styles.panes} data-open={conversationId !== null}>
      <ListPane openId={conversationId} />
      <div className={styles.detail}>
        {conversationId === null ? (
          <Notice fill icon={<MessagesSquare />} title={t("home.pickTitle")} text={t("home.pickText")} />
        ) : (
          <ConversationPane key={conversationId} id={conversationId} />
        )}
      </div>
    </div>
  );
}
