// The choice of layouts where there is no room for a menu of its own.

import { useId } from "react";
import { useLayoutChoices } from "../hooks/useLayoutChoices.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { Dialog } from "../ui/Dialog.js";
import type { MenuChoice } from "../ui/Menu.js";
import styles from "./LayoutDialog.module.css";

/** Layout and self view; each takes effect at once. Open while the view says so. */
export function LayoutDialog() {
  const { t } = useI18n();
  const view = useCallView();
  const { layouts, selfViews } = useLayoutChoices();
  const open = useViewState((state) => state.dialog === "layout");
  const mode = useViewState((state) => state.layout);
  const selfView = useViewState((state) => state.selfView);
  if (!open) return null;
  return (
    <Dialog open onOpenChange={() => view.toggle("layout")} title={t("layout.label")} size="s">
      <Choices
        label={t("layout.label")}
        labelHidden
        value={mode}
        choices={layouts}
        onChange={view.setLayout}
      />
      <Choices label={t("self.label")} value={selfView} choices={selfViews} onChange={view.setSelfView} />
    </Dialog>
  );
}

interface ChoicesProps<T extends string> {
  readonly label: string;
  /** The title above says it already. */
  readonly labelHidden?: boolean;
  readonly value: T;
  readonly choices: readonly MenuChoice<T>[];
  readonly onChange: (value: T) => void;
}

function Choices<T extends string>({ label, labelHidden, value, choices, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.group} aria-label={label}>
      {labelHidden === true ? null : (
        <p className={styles.label} aria-hidden="true">
          {label}
        </p>
      )}
      {choices.map((choice) => (
        <label key={choice.value} className={styles.row}>
          <input
            type="radio"
            className={styles.radio}
            name={name}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span className={styles.words}>
            <span>{choice.label}</span>
            {choice.text === undefined ? null : <span className={styles.text}>{choice.text}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
