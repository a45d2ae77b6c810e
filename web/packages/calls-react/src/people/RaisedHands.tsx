// The raised hands, in the order in which they went up.

import type { ParticipantState } from "@aethex/calls-client";
import { Hand } from "lucide-react";
import { useIntent } from "../bar/useIntent.js";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { shallowEqual } from "../store/index.js";
import { Avatar } from "../ui/Avatar.js";
import { Button } from "../ui/Button.js";
import styles from "./RaisedHands.module.css";

/** Nothing while no hand is up. One's own can be lowered, those of others by whoever may mute them. */
export function RaisedHands() {
  const { t, number } = useI18n();
  const intend = useIntent();
  const raised = useCall(raisedHands, shallowEqual);
  const mayLower = useCall((call) => call.capabilities.has("mute-others"));
  if (raised.length === 0) return null;
  const lower = ({ isSelf, userId }: ParticipantState): void =>
    intend(isSelf ? { type: "raise-hand", raised: false } : { type: "lower-hand", userId });
  return (
    <section className={styles.hands}>
      <h3 className={styles.title}>
        <Hand aria-hidden="true" />
        {t("people.hands", { count: raised.length })}
      </h3>
      <ol>
        {raised.map((one, index) => (
          <li key={one.userId} className={styles.row}>
            <span className={styles.place} aria-hidden="true">
              {number(index + 1)}
            </span>
            <Avatar userId={one.userId} name={one.userName} size="s" />
            <span className={styles.name}>
              <bdi>{one.isSelf ? t("call.youNamed", { name: one.userName }) : one.userName}</bdi>
            </span>
            {one.isSelf || mayLower ? (
              <Button
                size="s"
                variant="quiet"
                aria-label={one.isSelf ? t("hand.lower") : t("people.lowerHandOf", { name: one.userName })}
                onClick={() => lower(one)}
              >
                {t("people.lower")}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Those in the call whose hand is up, the first one first. */
function raisedHands({ participants }: { participants: readonly ParticipantState[] }) {
  return participants
    .filter((one) => one.status === "joined" && one.handRaisedAtMs !== null)
    .sort(
      (a, b) =>
        (a.handOrder ?? Number.POSITIVE_INFINITY) - (b.handOrder ?? Number.POSITIVE_INFINITY) ||
        (a.handRaisedAtMs ?? 0) - (b.handRaisedAtMs ?? 0),
    );
}
