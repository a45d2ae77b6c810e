// A titled card of settings.

import { type ReactNode, useId } from "react";
import styles from "./Section.module.css";

/** What {@link Section} takes. */
export interface SectionProps {
  readonly title: string;
  /** What the section is about. */
  readonly text?: string;
  readonly children: ReactNode;
}

/** One section. */
export function Section({ title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {text === undefined ? null : <p className={styles.text}>{text}</p>}
      </div>
      {children}
    </section>
  );
}
