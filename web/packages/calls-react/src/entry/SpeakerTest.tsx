// A button that plays a short tone on the chosen loudspeaker.

import { Music2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useI18n } from "../i18n/index.js";
import { playTestTone } from "../sound/testTone.js";
import { Button } from "../ui/index.js";
import styles from "./PreJoin.module.css";

/** What {@link SpeakerTest} takes. */
export interface SpeakerTestProps {
  /** Null for the default. */
  readonly speakerId: string | null;
  /** Plays; WebAudio when left out. */
  readonly play?: typeof playTestTone;
}

/** Says so when the tone could not be played. */
export function SpeakerTest({ speakerId, play = playTestTone }: SpeakerTestProps): ReactElement {
  const { t } = useI18n();
  const [state, setState] = useState<"idle" | "playing" | "failed">("idle");
  return (
    <div className={styles.test}>
      <Button
        variant="quiet"
        size="s"
        icon={<Music2 aria-hidden="true" />}
        aria-disabled={state === "playing"}
        onClick={() => {
          if (state === "playing") return;
          setState("playing");
          play({ speakerId }).then(
            () => setState("idle"),
            () => setState("failed"),
          );
        }}
      >
        {t(state === "playing" ? "entry.testPlaying" : "entry.testSound")}
      </Button>
      <p role="status" className={styles.testFailed}>
        {state === "failed" ? t("entry.testFailed") : ""}
      </p>
    </div>
  );
}
