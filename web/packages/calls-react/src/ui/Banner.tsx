// One line that says what is wrong, why, and what to do.

import { CircleAlert, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { useI18n } from "../i18n/index.js";
import styles from "./Banner.module.css";
import { Button } from "./Button.js";
import { cx } from "./cx.js";
import { IconButton } from "./IconButton.js";

/** What {@link Banner} takes. */
export interface BannerProps {
  readonly tone?: "info" | "warn" | "danger" | undefined;
  /** What and why. */
  readonly children: ReactNode;
  /** What to do about it. */
  readonly action?:
    | { readonly label: string; readonly onClick: () => void; readonly busy?: boolean | undefined }
    | undefined;
  readonly onDismiss?: (() => void) | undefined;
  /** In place of the icon of the tone. */
  readonly icon?: ReactNode;
}

const icons = {
  info: <Info aria-hidden="true" />,
  warn: <TriangleAlert aria-hidden="true" />,
  danger: <CircleAlert aria-hidden="true" />,
} as const;

/** A banner; the slot it stands in decides whether it is read out. */
export function Banner({ tone = "info", children, action, onDismiss, icon }: BannerProps) {
  const { t } = useI18n();
  return (
    <div className={cx(styles.banner, styles[tone])}>
      <span className={styles.icon} aria-hidden="true">
        {icon ?? icons[tone]}
      </span>
      <div className={styles.words}>{children}</div>
      {action === undefined ? null : (
        <Button size="s" className={styles.action} busy={action.busy} onClick={action.onClick}>
          {action.label}
        </Button>
      )}
      {onDismiss === undefined ? null : (
        <IconButton size="s" label={t("ui.dismiss")} icon={<X aria-hidden="true" />} onClick={onDismiss} />
      )}
    </div>
  );
}
