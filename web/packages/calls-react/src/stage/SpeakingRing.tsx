// The ring of somebody who speaks.

import { memo, useRef } from "react";
import { useTile } from "../hooks/useTile.js";
import { useSession } from "../store/index.js";
import { useLevel } from "../ui/useLevel.js";
import styles from "./SpeakingRing.module.css";

/** Follows the voice without rendering; absent while the microphone is off. */
export const SpeakingRing = memo(function SpeakingRing({ userId, self }: { userId: string; self: boolean }) {
  const heard = useTile(userId, (one) => one.status === "joined" && one.mediaState.audioEnabled) ?? false;
  const ref = useRef<HTMLSpanElement>(null);
  useLevel(ref, useSession().levels, heard ? (self ? "self" : userId) : null);
  return <span ref={ref} className={styles.ring} aria-hidden="true" data-ax-ring="" />;
});
