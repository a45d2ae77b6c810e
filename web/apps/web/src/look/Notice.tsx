// A page, or a part of one, that has nothing to show: what that means and what to do.

import { cx } from "@aethex/calls-react/ui";
import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** What {@link Notice} takes. */
export interface NoticeProps {
  /** Decoration. */
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string | undefined;
  /** What to do. */
  readonly action?: ReactNode;
  /** Fills its place instead of standing in the flow. */
  readonly fill?: boolean;
  /** Read out when it appears: something went wrong. */
  readonly alert?: boolean;
  /** The title is the heading of the page. */
  readonly heading?: "h1" | "h2";
}

/** An empty, missing or failed state. */
export function Notice({
  icon,
  title,
  text,
  action,
  fill = false,
  alert = false,
  heading: Heading = "h2",
}: NoticeProps) {
  return (
    <div className={cx(styles.notice, fill && styles.fill)} role={alert ? "alert" : undefined}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <Heading className={styles.title}>{title}</Heading>
      {text === undefined ? null : <p className={styles.text}>{text}</p>}
      {action === undefined ? null : <div className={styles.action}>{action}</div>}
    </div>
  );
}
