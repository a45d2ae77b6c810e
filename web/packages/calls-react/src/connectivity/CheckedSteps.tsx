// The steps of a check of the connection, one line each.

import type { CheckStatus, ConnectivityState } from "@aethex/calls-client";
import { Check, Minus, X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useI18n } from "../i18n/index.js";
import { cx, Spinner } from "../ui/index.js";
import { stepText } from "../words/checkText.js";
import styles from "./CheckConnection.module.css";

const ICONS: Readonly<Record<CheckStatus, ReactNode>> = {
  pending: <Spinner label={null} />,
  ok: <Check />,
  failed: <X />,
  skipped: <Minus />,
};

/** What {@link CheckedSteps} takes. */
export interface CheckedStepsProps {
  readonly state: ConnectivityState;
}

/** A list; what an icon shows is said by the words beside it too. */
export function CheckedSteps({ state }: CheckedStepsProps): ReactElement {
  const words = useI18n();
  const { t } = words;
  return (
    <ul className={styles.steps} aria-label={t("check.steps")}>
      {state.steps.map((step) => (
        <li key={step.step} className={styles.step}>
          <span className={cx(styles.icon, styles[step.status])} aria-hidden="true">
            {ICONS[step.status]}
          </span>
          <span className={styles.name}>{t(`check.${step.step}`)}</span>
          <span className={styles.found}>{stepText(step, words) ?? t("check.running")}</span>
        </li>
      ))}
    </ul>
  );
}
