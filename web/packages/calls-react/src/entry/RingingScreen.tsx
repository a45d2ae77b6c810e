// The caller's screen until somebody answers, and everybody's until media flows.

import { PhoneOff } from "lucide-react";
import { type ReactElement, useEffect, useRef } from "react";
import { CameraButton } from "../bar/CameraButton.js";
import { MicrophoneButton } from "../bar/MicrophoneButton.js";
import { useCall } from "../hooks/useCall.js";
import { useLeave } from "../hooks/useLeave.js";
import { useRingSound } from "../hooks/useRingSound.js";
import { useI18n } from "../i18n/index.js";
import { Video } from "../stage/Video.js";
import { shallowEqual } from "../store/index.js";
import { IconButton, useAnnounce } from "../ui/index.js";
import { callingText } from "../words/callingText.js";
import { NoticeBanner } from "./NoticeBanner.js";
import { Portrait } from "./Portrait.js";
import styles from "./RingingScreen.module.css";

/** Somebody whom the product knows before the server has named them. */
export interface KnownPerson {
  readonly userId: string;
  readonly userName: string;
}

/** What {@link RingingScreen} takes. */
export interface RingingScreenProps {
  /** Whom is called, until the server says so. */
  readonly people?: readonly KnownPerson[] | undefined;
  /** Loudness of the tone that the caller hears, 0 to 1; 0.5 when left out. */
  readonly volume?: number | undefined;
}

const NOBODY: readonly KnownPerson[] = [];

/** A big face, what is happening, one's own picture behind it, and the way out. */
export function RingingScreen({ people = NOBODY, volume = 0.5 }: RingingScreenProps): ReactElement {
  const { t, list } = useI18n();
  const leave = useLeave();
  const announce = useAnnounce();
  const told = useCall((state) => state.participants.filter((one) => !one.isSelf), shallowEqual);
  const status = useCall((state) => callingText(state, t));
  const ringing = useCall((state) => state.phase === "ringing" && state.rung);
  const others = told.length > 0 ? told : people;
  const names = others.length === 0 ? t("ring.someone") : list(others.map((one) => one.userName));
  useRingSound(ringing ? "outgoing" : null, { volume, vibrate: false });
  useEffect(() => announce(status), [announce, status]);
  const screen = useRef<HTMLElement>(null);
  useEffect(() => screen.current?.focus({ preventScroll: true }), []);
  return (
    <section
      ref={screen}
      className={styles.screen}
      aria-label={t("calling.region", { name: names })}
      data-ax-region=""
      tabIndex={-1}
    >
      <SelfBackdrop />
      <div className={styles.top}>
        <NoticeBanner />
      </div>
      <div className={styles.middle}>
        <Portrait people={others.length === 0 ? [{ userId: "", userName: names }] : others} waiting />
        <h1 className={styles.name}>{names}</h1>
        <p className={styles.status}>{status}</p>
      </div>
      <div className={styles.bar}>
        <MicrophoneButton compact />
        <CameraButton compact />
        <IconButton
          variant="danger"
          size="l"
          label={leave.label}
          icon={<PhoneOff aria-hidden="true" />}
          onClick={leave.buttonProps.onClick}
        />
      </div>
    </section>
  );
}

/** One's own picture, large and dimmed, when the camera is on. */
function SelfBackdrop(): ReactElement | null {
  const track = useCall((state) => state.local.camera.track);
  if (track === null) return null;
  return (
    <div className={styles.backdrop} aria-hidden="true">
      <div className={styles.picture}>
        <Video track={track} mirrored />
      </div>
    </div>
  );
}
