// A large face in the middle of a screen, with calm waves while something is awaited.

import type { ReactElement } from "react";
import { Avatar } from "../ui/index.js";
import styles from "./Portrait.module.css";

/** What {@link Portrait} takes. */
export interface PortraitProps {
  /** One person, or the first few of a group. */
  readonly people: readonly { readonly userId: string; readonly userName: string }[];
  /** Waves go out from it. */
  readonly waiting: boolean;
}

/** How many faces are shown at most. */
const FACES = 3;

/** Decoration: names stand below it. */
export function Portrait({ people, waiting }: PortraitProps): ReactElement {
  const shown = people.slice(0, FACES);
  return (
    <div className={styles.portrait} data-count={shown.length} aria-hidden="true">
      {waiting ? (
        <>
          <span className={styles.wave} />
          <span className={styles.wave} />
        </>
      ) : null}
      {shown.map((person) => (
        <Avatar
          key={person.userId}
          userId={person.userId}
          name={person.userName}
          size="fill"
          className={styles.face}
        />
      ))}
    </div>
  );
}
