// One conversation in the list.

import type { Conversation, HistoryEntry } from "@aethex/calls-client";
import { cx } from "@aethex/calls-react/ui";
import { PhoneCall, PhoneIncoming, PhoneMissed, PhoneOutgoing } from "lucide-react";
import { memo } from "react";
import { useApp, usePersonal } from "../frame/scopes.js";
import { briefText } from "../i18n/moments.js";
import { isMissed, wordedOutcome } from "../i18n/outcomes.js";
import { useWords } from "../i18n/Words.js";
import { FaceAvatar } from "../look/Presence.js";
import { Link } from "../router/Link.js";
import { faceOf, partnerIn } from "../stores/names.js";
import styles from "./ConversationRow.module.css";

/** What {@link ConversationRow} takes. */
export interface ConversationRowProps {
  readonly conversation: Conversation;
  /** Its newest call; null when there was none lately. */
  readonly newest: HistoryEntry | null;
  /** It is the one that is shown. */
  readonly open: boolean;
}

/** A link with who it is with, the last call, and whether one runs. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  newest,
  open,
}: ConversationRowProps) {
  const { now } = useApp();
  const { userId } = usePersonal();
  const words = useWords();
  const face = faceOf(conversation, userId, words.t("group.untitled"));
  const running = conversation.activeCallId !== null;
  const missed = !running && newest !== null && isMissed(newest) && newest.seenAt === null;
  return (
    <li>
      <Link
        to={{ page: "conversation", id: conversation.id }}
        className={cx(styles.row, open && styles.open)}
        aria-current={open ? "true" : undefined}
      >
        <FaceAvatar face={face} online={partnerIn(conversation, userId)?.online} />
        <span className={styles.words}>
          <span className={styles.top}>
            <span className={styles.name}>
              <bdi>{face.name}</bdi>
            </span>
            {newest === null || running ? null : (
              <time className={styles.time} dateTime={newest.createdAt}>
                {briefText(new Date(newest.createdAt), now(), words.locale)}
              </time>
            )}
          </span>
          <span className={cx(styles.last, running && styles.running, missed && styles.missed)}>
            {running ? <PhoneCall aria-hidden="true" /> : newest === null ? null : <WayIcon entry={newest} />}
            <span className={styles.lastWords}>
              {running
                ? words.t("home.running")
                : newest === null
                  ? words.t("home.noCalls")
                  : wordedOutcome(newest, words)}
            </span>
          </span>
        </span>
      </Link>
    </li>
  );
});

function WayIcon({ entry }: { entry: HistoryEntry }) {
  if (isMissed(entry)) return <PhoneMissed aria-hidden="true" />;
  return entry.direction === "incoming" ? (
    <PhoneIncoming aria-hidden="true" />
  ) : (
    <PhoneOutgoing aria-hidden="true" />
  );
}
