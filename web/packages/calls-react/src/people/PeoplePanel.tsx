// The list of people beside the stage.

import type { ParticipantState } from "@aethex/calls-client";
import { UserPlus, X } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { useCall } from "../hooks/useCall.js";
import { useParticipants } from "../hooks/useParticipants.js";
import { type MessageKey, useI18n } from "../i18n/index.js";
import { useCallView } from "../stage/CallViewContext.js";
import { Button } from "../ui/Button.js";
import { IconButton } from "../ui/IconButton.js";
import styles from "./PeoplePanel.module.css";
import { PersonRow } from "./PersonRow.js";
import { RaisedHands } from "./RaisedHands.js";

/** What {@link PeoplePanel} takes. */
export interface PeoplePanelProps {
  /** There is somebody to invite. */
  readonly invitable: boolean;
}

const groups = [
  { label: "people.inCall", has: (one) => one.status === "joined" },
  { label: "people.invited", has: (one) => one.status === "invited" || one.status === "ringing" },
  {
    label: "people.notHere",
    has: (one) => one.status === "left" || one.status === "missed" || one.status === "rejected",
  },
] as const satisfies readonly {
  readonly label: MessageKey;
  readonly has: (participant: ParticipantState) => boolean;
}[];

/** Takes the focus when it opens and gives it back when it closes. */
export function PeoplePanel({ invitable }: PeoplePanelProps) {
  const { t } = useI18n();
  const view = useCallView();
  const participants = useParticipants();
  const mayInvite = useCall((call) => call.capabilities.has("invite"));
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const panel = ref.current;
    panel?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && (panel?.contains(document.activeElement) ?? true)) before.focus();
    };
  }, []);
  return (
    <aside
      ref={ref}
      className={styles.panel}
      aria-label={t("people.title")}
      tabIndex={-1}
      data-ax-region="people"
    >
      <header className={styles.header}>
        <h2 className={styles.title}>{t("people.title")}</h2>
        <IconButton
          label={t("people.close")}
          icon={<X aria-hidden="true" />}
          tooltipSide="bottom"
          onClick={() => view.toggle("people")}
        />
      </header>
      <div className={styles.body}>
        <RaisedHands />
        {groups.map(({ label, has }) => {
          const members = participants.filter(has);
          if (members.length === 0) return null;
          return (
            <section key={label}>
              <h3 className={styles.group}>{t(label)}</h3>
              <ul>
                {members.map((participant) => (
                  <PersonRow key={participant.userId} participant={participant} />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      {mayInvite && invitable ? (
        <footer className={styles.footer}>
          <Button wide icon={<UserPlus aria-hidden="true" />} onClick={() => view.toggle("invite")}>
            {t("people.invite")}
          </Button>
        </footer>
      ) : null}
    </aside>
  );
}
