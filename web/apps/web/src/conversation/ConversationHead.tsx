// The head of a conversation: who it is with, the ways to call, and what else can be done.

import type { Conversation } from "@aethex/calls-client";
import { Button, IconButton } from "@aethex/calls-react/ui";
import { ArrowLeft, Phone, Video } from "lucide-react";
import { useCallHere } from "../call/useCallHere.js";
import { useStartCall } from "../call/useStartCall.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { FaceAvatar } from "../look/Presence.js";
import { faceOf, onlineIn, partnerIn } from "../stores/names.js";
import styles from "./ConversationHead.module.css";
import { ConversationMenu } from "./ConversationMenu.js";

/** Name, presence, call buttons, menu. */
export function ConversationHead({ conversation }: { conversation: Conversation }) {
  const { router } = useApp();
  const { userId } = usePersonal();
  const { t } = useWords();
  const { start } = useStartCall();
  const here = useCallHere();
  const face = faceOf(conversation, userId, t("group.untitled"));
  const partner = partnerIn(conversation, userId);
  const online = onlineIn(conversation, userId);
  const presence =
    partner === null
      ? `${t("group.members", { count: conversation.members.length })} · ${t("presence.count", { count: online })}`
      : partner.online === true
        ? t("presence.online")
        : t("presence.offline");
  const busy = here !== null && here.conversationId !== conversation.id;
  return (
    <header className={styles.head}>
      <div className={styles.bar}>
        <span className={styles.back}>
          <IconButton
            label={t("app.back")}
            icon={<ArrowLeft aria-hidden="true" className={styles.arrow} />}
            tooltipSide="bottom"
            onClick={() => router.go({ page: "home" })}
          />
        </span>
        <span className={styles.menu}>
          <ConversationMenu conversation={conversation} />
        </span>
      </div>
      <FaceAvatar face={face} online={partner?.online} size="xl" />
      <div className={styles.who}>
        <h1 id="conversation-name" className={styles.name} dir="auto">
          {face.name}
        </h1>
        <p className={styles.presence}>
          {presence}
          {partner === null ? null : (
            <>
              {" · "}
              <bdi>{partner.userIdentifier}</bdi>
            </>
          )}
        </p>
      </div>
      {conversation.activeCallId !== null || here?.conversationId === conversation.id ? null : (
        <div className={styles.ways}>
          <Button
            variant="primary"
            icon={<Video aria-hidden="true" />}
            onClick={() => start(conversation.id, "video")}
          >
            {t("conversation.video")}
          </Button>
          <Button icon={<Phone aria-hidden="true" />} onClick={() => start(conversation.id, "audio")}>
            {t("conversation.audio")}
          </Button>
        </div>
      )}
      {busy ? <p className={styles.busy}>{t("conversation.busyHere")}</p> : null}
    </header>
  );
}
