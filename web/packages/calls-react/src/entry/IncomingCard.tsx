// The card of somebody who calls: a corner of the page, on phones all of it.

import type { Ring } from "@aethex/calls-client";
import { Phone, Video } from "lucide-react";
import { type ReactElement, useId } from "react";
import { useI18n } from "../i18n/index.js";
import { Avatar } from "../ui/index.js";
import { callerName, ringText } from "../words/ringText.js";
import styles from "./IncomingCard.module.css";

/** What {@link IncomingCard} takes. */
export interface IncomingCardProps {
  readonly ring: Ring;
  /** Oneself, who is not counted among the others. */
  readonly selfId: string | null;
  readonly onDecline: () => void;
  readonly onAnswer: (choice: { readonly video: boolean }) => void;
}

/** Does not take the focus: somebody may be typing. */
export function IncomingCard({ ring, selfId, onDecline, onAnswer }: IncomingCardProps): ReactElement {
  const { t } = useI18n();
  const id = useId();
  const name = callerName(ring, t);
  return (
    <div className={styles.place}>
      <div
        role="dialog"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        className={styles.card}
        data-ax-region=""
        tabIndex={-1}
      >
        <span className={styles.face}>
          <span className={styles.wave} aria-hidden="true" />
          <Avatar userId={ring.callerId} name={name} size="fill" />
        </span>
        <div className={styles.words}>
          <h2 id={`${id}-title`} className={styles.title}>
            {t("ring.isCalling", { name })}
          </h2>
          <p id={`${id}-text`} className={styles.text}>
            {ringText(ring, selfId, t)}
          </p>
        </div>
        <div className={styles.actions}>
          <Answer
            label={t("ring.decline")}
            look="decline"
            icon={<Phone className={styles.down} />}
            onClick={onDecline}
          />
          <Answer
            label={t("ring.answerAudio")}
            look={ring.type === "video" ? "other" : "answer"}
            icon={<Phone />}
            onClick={() => onAnswer({ video: false })}
          />
          <Answer
            label={t("ring.answerVideo")}
            look={ring.type === "video" ? "answer" : "other"}
            icon={<Video />}
            onClick={() => onAnswer({ video: true })}
          />
        </div>
      </div>
    </div>
  );
}

function Answer(props: {
  readonly label: string;
  readonly look: "decline" | "answer" | "other";
  readonly icon: ReactElement;
  readonly onClick: () => void;
}): ReactElement {
  return (
    <button type="button" className={styles.action} data-look={props.look} onClick={props.onClick}>
      <span className={styles.round} aria-hidden="true">
        {props.icon}
      </span>
      <span className={styles.label}>{props.label}</span>
    </button>
  );
}
