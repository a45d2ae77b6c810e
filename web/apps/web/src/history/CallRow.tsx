// One past call.

import type { HistoryEntry } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { cx, IconButton, VisuallyHidden } from "@aethex/calls-react/ui";
import { MonitorUp, Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, Video } from "lucide-react";
import { useStartCall } from "../call/useStartCall.js";
import { usePersonal } from "../frame/scopes.js";
import { timeText } from "../i18n/moments.js";
import { isMissed, wordedOutcome } from "../i18n/outcomes.js";
import { useWords } from "../i18n/Words.js";
import { FaceAvatar } from "../look/Presence.js";
import { Link } from "../router/Link.js";
import { faceOfCall } from "../stores/names.js";
import styles from "./CallRow.module.css";

/** Who, when, how it went, how long; and the ways to call back. */
export function CallRow({ entry, named }: { entry: HistoryEntry; named: boolean }) {
  const { conversations, userId } = usePersonal();
  const words = useWords();
  const { t } = words;
  const { start } = useStartCall();
  const conversation = useSelector(
    conversations.store,
    ({ value }) => value?.find((one) => one.id === entry.conversationId) ?? null,
  );
  const face = faceOfCall(entry, conversation, userId, t("group.untitled"));
  const missed = isMissed(entry);
  const created = new Date(entry.createdAt);
  const lasted = entry.startedAt !== null && entry.duration !== null ? entry.duration : null;
  const kind = t(`history.${entry.type}`);
  return (
    <li className={styles.row}>
      {named ? (
        <FaceAvatar face={face} />
      ) : (
        <span className={cx(styles.way, missed && styles.missedWay)} aria-hidden="true">
          <WayIcon entry={entry} />
        </span>
      )}
      <div className={styles.words}>
        {named ? (
          <Link
            to={{ page: "conversation", id: entry.conversationId }}
            className={cx(styles.name, missed && styles.missed)}
            aria-label={t("history.open", { name: face.name })}
          >
            <bdi>{face.name}</bdi>
          </Link>
        ) : (
          <span className={cx(styles.name, missed && styles.missed)}>{wordedOutcome(entry, words)}</span>
        )}
        <p className={styles.how}>
          {named ? <WayIcon entry={entry} /> : <TypeIcon entry={entry} />}
          <span>{named ? `${wordedOutcome(entry, words)} · ${kind}` : kind}</span>
          {lasted === null ? null : (
            <span className={styles.lasted}>
              <span aria-hidden="true">{words.clock(lasted)}</span>
              <VisuallyHidden>{t("history.lasted", { duration: words.duration(lasted) })}</VisuallyHidden>
            </span>
          )}
          {missed && entry.seenAt === null ? (
            <span className={styles.unseen}>{t("history.unseen")}</span>
          ) : null}
        </p>
      </div>
      <time className={styles.time} dateTime={entry.createdAt}>
        {timeText(created, words.locale)}
      </time>
      {named ? (
        <span className={styles.back}>
          <IconButton
            label={t("history.callAudio", { name: face.name })}
            icon={<Phone aria-hidden="true" />}
            onClick={() => start(entry.conversationId, "audio")}
          />
          <IconButton
            label={t("history.callVideo", { name: face.name })}
            icon={<Video aria-hidden="true" />}
            onClick={() => start(entry.conversationId, "video")}
          />
        </span>
      ) : null}
    </li>
  );
}

function WayIcon({ entry }: { entry: HistoryEntry }) {
  if (isMissed(entry)) return <PhoneMissed aria-hidden="true" />;
  return entry.direction === "incoming" ? (
    <PhoneIncoming aria-hidden="true" />
  ) : (
    <PhoneOutgoing aria-hidden="true" />
  );
}

function TypeIcon({ entry }: { entry: HistoryEntry }) {
  if (entry.type === "video") return <Video aria-hidden="true" />;
  return entry.type === "screen" ? <MonitorUp aria-hidden="true" /> : <Phone aria-hidden="true" />;
}
