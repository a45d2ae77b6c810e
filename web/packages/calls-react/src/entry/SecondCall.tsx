// Somebody calls while one is in a call: a small card that does not get in the way.

import type { Ring } from "@aethex/calls-client";
import type { ReactElement } from "react";
import { useI18n } from "../i18n/index.js";
import { Avatar, Button, Toast } from "../ui/index.js";
import { callerName, ringText } from "../words/ringText.js";

/** What {@link SecondCall} takes. */
export interface SecondCallProps {
  readonly ring: Ring;
  readonly selfId: string | null;
  /** Whether a call has to be ended for this one. */
  readonly inCall: boolean;
  readonly onDecline: () => void;
  readonly onAnswer: () => void;
}

/** Belongs in a `ToastRegion`, which reads it out. */
export function SecondCall({ ring, selfId, inCall, onDecline, onAnswer }: SecondCallProps): ReactElement {
  const { t } = useI18n();
  const name = callerName(ring, t);
  return (
    <Toast
      icon={<Avatar userId={ring.callerId} name={name} size="m" />}
      title={t(inCall ? "ring.isCalling" : "ring.alsoCalling", { name })}
      text={ringText(ring, selfId, t)}
      actions={
        <>
          <Button size="s" variant="outline" onClick={onDecline}>
            {t("ring.decline")}
          </Button>
          <Button size="s" variant="primary" onClick={onAnswer}>
            {inCall ? t("ring.endAndAnswer") : t("ring.answerAudio")}
          </Button>
        </>
      }
    />
  );
}
