// A person's avatar with a dot that says whether they are online.

import { Avatar, VisuallyHidden } from "@aethex/calls-react/ui";
import { Users } from "lucide-react";
import { useWords } from "../i18n/Words.js";
import type { Face } from "../stores/names.js";
import styles from "./Presence.module.css";

/** What {@link FaceAvatar} takes. */
export interface FaceAvatarProps {
  readonly face: Face;
  /** Undefined: not shown. */
  readonly online?: boolean | undefined;
  readonly size?: "s" | "m" | "l" | "xl";
}

/** The avatar of a person or a group. */
export function FaceAvatar({ face, online, size = "m" }: FaceAvatarProps) {
  const { t } = useWords();
  return (
    <span className={styles.place} data-size={size}>
      <Avatar userId={face.avatarId} name={face.name} size={size} />
      {face.group ? (
        <span className={styles.group} aria-hidden="true">
          <Users />
        </span>
      ) : null}
      {online === true ? (
        <span className={styles.dot}>
          <VisuallyHidden>{t("presence.online")}</VisuallyHidden>
        </span>
      ) : null}
    </span>
  );
}
