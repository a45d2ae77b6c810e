// The ring of somebody who speaks.

import { memo, useRef } from "react";
import { useTile } from "../hooks/useTile.js";
import styles from "./SpeakingRing.module.css";
import { useSpeakingMark } from "./useSpeakingMark.js";

/** Follows the voice without rendering; absent while the microphone is off. */
export const SpeakingRing = memo(function SpeakingRing({ userId, self }: { userId: string; self: boolean }) {
  const heard = useTile(userId, (one) => one.status === "joined" && one.mediaState.audioEnabled) ?? false;
  const ref = useRef<HTMLSpanElement>(null);
  useSpeakingMark(ref, heard ? userId : null, self);
  return <span ref={ref} className={styles.ring} aria-hidden="true" data-ax-ring="" />;
});
