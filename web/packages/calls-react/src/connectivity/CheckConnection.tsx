// "Check my connection": a button, and below it what each step found.

import { Activity } from "lucide-react";
import type { ReactElement } from "react";
import { useConnectivityCheck } from "../hooks/useConnectivityCheck.js";
import { useI18n } from "../i18n/index.js";
import { Button } from "../ui/index.js";
import { verdictText } from "../words/checkText.js";
import styles from "./CheckConnection.module.css";
import { CheckedSteps } from "./CheckedSteps.js";

/** What {@link CheckConnection} takes. */
export interface CheckConnectionProps {
  /** A quiet, small button, for screens with something more important. */
  readonly quiet?: boolean;
}

/** Tries the server and its relays after a click. Needs a `CallProvider`. Asks for no device. */
export function CheckConnection({ quiet = false }: CheckConnectionProps): ReactElement {
  const words = useI18n();
  const { t } = words;
  const { state, run } = useConnectivityCheck();
  const running = state?.running === true;
  return (
    <div className={styles.check}>
      <Button
        variant={quiet ? "quiet" : "outline"}
        size={quiet ? "s" : "m"}
        icon={<Activity aria-hidden="true" />}
        busy={running}
        onClick={run}
      >
        {t(running ? "check.running" : state === null ? "check.start" : "check.again")}
      </Button>
      <p role="status" className={styles.verdict}>
        {state === null ? "" : verdictText(state, words)}
      </p>
      {state === null ? null : <CheckedSteps state={state} />}
    </div>
  );
}
