// The banner of a call that runs in a conversation: join it, or go back to it.

import type { Conversation } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Button } from "@aethex/calls-react/ui";
import { Phone, PhoneCall, Video } from "lucide-react";
import { useCallHere } from "../call/useCallHere.js";
import { useStartCall } from "../call/useStartCall.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import styles from "./RunningCall.module.css";

/** Nothing while no call runs; while it rings here, answering is the card's matter. */
export function RunningCall({ conversation }: { conversation: Conversation }) {
  const { router } = useApp();
  const { client } = usePersonal();
  const { t } = useWords();
  const { join } = useStartCall();
  const here = useCallHere();
  const callId = conversation.activeCallId;
  const rings = useSelector(client.store, (state) => state.rings.some((ring) => ring.callId === callId));
  const inIt = here !== null && here.conversationId === conversation.id;
  if (!inIt && (callId === null || rings)) return null;
  return (
    <section className={styles.banner} aria-label={t("conversation.running")}>
      <span className={styles.icon} aria-hidden="true">
        <PhoneCall />
      </span>
      <p className={styles.words} role="status">
        {t("conversation.running")}
      </p>
      <div className={styles.ways}>
        {inIt || callId === null ? (
          <Button variant="primary" onClick={() => router.go({ page: "call" })}>
            {t("conversation.return")}
          </Button>
        ) : (
          <>
            <Button variant="primary" icon={<Phone aria-hidden="true" />} onClick={() => join(callId, false)}>
              {t("conversation.join")}
            </Button>
            <Button icon={<Video aria-hidden="true" />} onClick={() => join(callId, true)}>
              {t("conversation.joinVideo")}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
