// A menu of actions and choices at a button.

import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { usePortalPlace } from "../theme/PortalScope.js";
import { cx } from "./cx.js";
import { Kbd } from "./Kbd.js";
import styles from "./Menu.module.css";

/** What {@link Menu} takes. */
export interface MenuProps {
  /** The button: one element that takes a ref. */
  readonly trigger: ReactElement;
  readonly side?: "top" | "bottom" | "left" | "right" | undefined;
  readonly align?: "start" | "center" | "end" | undefined;
  readonly open?: boolean | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
  readonly children: ReactNode;
}

/** A button with a menu; arrow keys, typing ahead and Escape work. */
export function Menu({ trigger, side = "bottom", align = "start", open, onOpenChange, children }: MenuProps) {
  const place = usePortalPlace();
  return (
    <Radix.Root
      modal={false}
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content className={styles.menu} side={side} align={align} sideOffset={8} collisionPadding={12}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What {@link MenuItem} takes. */
export interface MenuItemProps {
  readonly icon?: ReactNode;
  /** A second, quieter line. */
  readonly text?: string | undefined;
  readonly shortcut?: string | undefined;
  readonly tone?: "plain" | "danger" | undefined;
  readonly disabled?: boolean | undefined;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

/** One action. */
export function MenuItem({
  icon,
  text,
  shortcut,
  tone = "plain",
  disabled = false,
  onSelect,
  children,
}: MenuItemProps) {
  return (
    <Radix.Item className={cx(styles.item, styles[tone])} disabled={disabled} onSelect={() => onSelect()}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <Words text={text}>{children}</Words>
      {shortcut === undefined ? null : (
        <span className={styles.shortcut} aria-hidden="true">
          <Kbd keys={shortcut} />
        </span>
      )}
    </Radix.Item>
  );
}

/** One of several choices. */
export interface MenuChoice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** A second, quieter line. */
  readonly text?: string | undefined;
}

/** What {@link MenuChoices} takes. */
export interface MenuChoicesProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly MenuChoice<T>[];
  readonly onChange: (value: T) => void;
}

/** Choices of which one is taken, under a heading. */
export function MenuChoices<T extends string>({ label, value, choices, onChange }: MenuChoicesProps<T>) {
  const choose = (chosen: string): void => {
    const choice = choices.find((one) => one.value === chosen);
    if (choice !== undefined) onChange(choice.value);
  };
  return (
    <Radix.RadioGroup value={value} onValueChange={choose} aria-label={label}>
      <Radix.Label className={styles.label}>{label}</Radix.Label>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={styles.item}>
          <span className={styles.icon} aria-hidden="true">
            <Radix.ItemIndicator>
              <Check />
            </Radix.ItemIndicator>
          </span>
          <Words text={choice.text}>{choice.label}</Words>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

/** A line between groups. */
export function MenuSeparator() {
  return <Radix.Separator className={styles.separator} />;
}

function Words({ text, children }: { text: string | undefined; children: ReactNode }) {
  return (
    <span className={styles.words}>
      <span>{children}</span>
      {text === undefined ? null : <span className={styles.text}>{text}</span>}
    </span>
  );
}
