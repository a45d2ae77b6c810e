// A call in small: who speaks, and the most needed buttons.

import { Maximize2, Mic, MicOff, PhoneOff } from "lucide-react";
import { useIntent } from "../bar/useIntent.js";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { Tile } from "../stage/Tile.js";
import { useFloor } from "../stage/useFloor.js";
import { shallowEqual } from "../store/index.js";
import { IconButton } from "../ui/IconButton.js";
import { Timer } from "../ui/Timer.js";
import styles from "./MiniView.module.css";

/** What {@link MiniView} takes. */
export interface MiniViewProps {
  readonly onBack: () => void;
}

/** Whoever speaks or spoke last; the other person of two; oneself when alone. */
export function MiniView({ onBack }: MiniViewProps) {
  const { t } = useI18n();
  const intend = useIntent();
  const { speaker } = useFloor();
  const shown = useCall((call) => {
    const others = call.participants.filter((one) => !one.isSelf && one.status === "joined");
    const one =
      others.find((other) => other.userId === speaker) ??
      others[0] ??
      call.participants.find((p) => p.isSelf);
    return one === undefined ? null : { userId: one.userId, self: one.isSelf };
  }, sameShown);
  const microphone = useCall((call) => call.local.microphone.wanted);
  const startedAtMs = useCall((call) => call.startedAtMs);
  return (
    <div className={styles.view}>
      <div className={styles.picture} data-role="float">
        {shown === null ? null : <Tile key={shown.userId} userId={shown.userId} self={shown.self} />}
      </div>
      <div className={styles.row}>
        <span className={styles.time}>{startedAtMs === null ? null : <Timer sinceMs={startedAtMs} />}</span>
        <IconButton
          variant={microphone ? "raised" : "danger"}
          label={t(microphone ? "mic.turnOff" : "mic.turnOn")}
          icon={microphone ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
          onClick={() => intend({ type: "set-microphone", enabled: !microphone })}
        />
        <IconButton
          variant="raised"
          label={t("mini.back")}
          icon={<Maximize2 aria-hidden="true" />}
          onClick={onBack}
        />
        <IconButton
          variant="danger"
          label={t("leave.leave")}
          icon={<PhoneOff aria-hidden="true" />}
          onClick={() => intend({ type: "leave" })}
        />
      </div>
    </div>
  );
}

interface Shown {
  readonly userId: string;
  readonly self: boolean;
}

function sameShown(a: Shown | null, b: Shown | null): boolean {
  return a === null || b === null ? a === b : shallowEqual(a, b);
}
