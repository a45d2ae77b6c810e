// The screen after a call: what happened, how long it was, and what can be done.

import { LogIn, Phone, RotateCcw } from "lucide-react";
import { type ReactElement, useEffect, useRef } from "react";
import { useCall } from "../hooks/useCall.js";
import { useWasPoor } from "../hooks/useWasPoor.js";
import { useI18n } from "../i18n/index.js";
import { shallowEqual } from "../store/index.js";
import { Button } from "../ui/index.js";
import { type EndedOffer, endedText } from "../words/endedText.js";
import styles from "./EndedScreen.module.css";
import { Portrait } from "./Portrait.js";
import type { KnownPerson } from "./RingingScreen.js";

/** What {@link EndedScreen} takes. */
export interface EndedScreenProps {
  /** The person has read it. */
  readonly onClose: () => void;
  /** The person wants what was offered; without it nothing is offered. */
  readonly onOffer?: ((offer: Exclude<EndedOffer, null>) => void) | undefined;
  readonly people?: readonly KnownPerson[] | undefined;
}

const OFFERS = {
  "call-again": { label: "ended.callAgain", icon: <Phone aria-hidden="true" /> },
  "call-back": { label: "ended.callBack", icon: <Phone aria-hidden="true" /> },
  rejoin: { label: "ended.rejoin", icon: <LogIn aria-hidden="true" /> },
  "join-running": { label: "ended.joinRunning", icon: <LogIn aria-hidden="true" /> },
  "try-again": { label: "ended.tryAgain", icon: <RotateCcw aria-hidden="true" /> },
} as const;

const NOBODY: readonly KnownPerson[] = [];

/** Needs a call that has ended; shows nothing before. */
export function EndedScreen({ onClose, onOffer, people = NOBODY }: EndedScreenProps): ReactElement | null {
  const { t, duration } = useI18n();
  const said = useCall(
    (state) => endedText({ ...state, fallbackName: people[0]?.userName }, t),
    (a, b) => a === b || (a !== null && b !== null && shallowEqual(a, b)),
  );
  const seconds = useCall((state) => state.ended?.durationSeconds ?? 0);
  const told = useCall((state) => state.participants.filter((one) => !one.isSelf), shallowEqual);
  const poor = useWasPoor();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  if (said === null) return null;
  const others = told.length > 0 ? told : people;
  const offer = onOffer === undefined || said.offer === null ? null : said.offer;
  return (
    <section className={styles.screen} aria-label={said.title} data-ax-region="" tabIndex={-1}>
      <div className={styles.middle}>
        {others.length === 0 ? null : <Portrait people={others} waiting={false} />}
        <h1 ref={title} tabIndex={-1} className={styles.title}>
          {said.title}
        </h1>
        {said.text === null ? null : <p className={styles.text}>{said.text}</p>}
        {seconds > 0 ? (
          <p className={styles.text}>{t("ended.duration", { duration: duration(seconds) })}</p>
        ) : null}
        {poor ? <p className={styles.hint}>{t("ended.poorHint")}</p> : null}
        <div className={styles.actions}>
          <Button variant={offer === null ? "primary" : "outline"} size="l" onClick={onClose}>
            {t("ended.close")}
          </Button>
          {offer === null ? null : (
            <Button variant="primary" size="l" icon={OFFERS[offer].icon} onClick={() => onOffer?.(offer)}>
              {t(OFFERS[offer].label)}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
