// A dialog over everything else.

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useI18n } from "../i18n/index.js";
import { usePortalPlace } from "../theme/PortalScope.js";
import { cx } from "./cx.js";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton.js";

/** What {@link Dialog} takes. */
export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons, at the end. */
  readonly footer?: ReactNode;
  readonly size?: "s" | "m" | "l" | undefined;
  /** Nothing in it takes the focus: the text itself does, so that keys scroll it. */
  readonly reading?: boolean;
}

/**
 * A modal dialog: holds the focus, gives it back when it closes, Escape closes it. On phones it is a sheet
 * at the bottom.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = "m",
  reading = false,
}: DialogProps) {
  const { t } = useI18n();
  const place = usePortalPlace();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal container={place}>
        <Radix.Overlay className={styles.overlay} />
        <div className={styles.frame}>
          <Radix.Content
            className={cx(styles.dialog, styles[size])}
            onOpenAutoFocus={focusWhole}
            {...(description === undefined ? { "aria-describedby": undefined } : {})}
          >
            <header className={styles.header}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              <Radix.Close asChild>
                <IconButton label={t("ui.close")} icon={<X aria-hidden="true" />} tooltipSide="bottom" />
              </Radix.Close>
            </header>
            <div className={styles.body} {...(reading ? { tabIndex: 0 } : {})}>
              {description === undefined ? null : (
                <Radix.Description asChild>
                  <div className={styles.description}>{description}</div>
                </Radix.Description>
              )}
              {children}
            </div>
            {footer === undefined ? null : <footer className={styles.footer}>{footer}</footer>}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The dialog itself takes the focus: its title is read out, and no button shows a tooltip unasked. */
function focusWhole(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  event.currentTarget.focus();
}
