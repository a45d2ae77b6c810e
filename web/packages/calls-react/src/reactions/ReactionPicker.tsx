// The reactions to choose from.

import { type KeyboardEvent, useRef } from "react";
import { useReactions } from "../hooks/useReactions.js";
import { useI18n } from "../i18n/index.js";
import { Tooltip } from "../ui/Tooltip.js";
import { ReactionIcon } from "./ReactionIcon.js";
import styles from "./ReactionPicker.module.css";
import { REACTIONS } from "./reactions.js";

/** As many as the stylesheet has. */
const COLUMNS = 4;

/** Buttons in rows; arrow keys go between them. Each sends its reaction; the picker stays for another one. */
export function ReactionPicker() {
  const { t, dir } = useI18n();
  const { react } = useReactions();
  const ref = useRef<HTMLUListElement>(null);
  const move = (event: KeyboardEvent): void => {
    const buttons = [...(ref.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button.matches(":focus"));
    const step = stepOf(event.key, dir);
    if (step === 0 || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <ul ref={ref} className={styles.row} aria-label={t("reaction.label")} onKeyDown={move}>
      {REACTIONS.map(({ reaction, label }) => (
        <li key={reaction}>
          <Tooltip label={t(label)}>
            <button
              type="button"
              className={styles.button}
              aria-label={t(label)}
              aria-describedby={undefined}
              onClick={() => react(reaction)}
            >
              <ReactionIcon reaction={reaction} />
            </button>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

/** How many places an arrow key goes; 0 for another key. */
function stepOf(key: string, dir: "ltr" | "rtl"): number {
  const right = dir === "ltr" ? 1 : -1;
  switch (key) {
    case "ArrowRight":
      return right;
    case "ArrowLeft":
      return -right;
    case "ArrowDown":
      return COLUMNS;
    case "ArrowUp":
      return -COLUMNS;
    default:
      return 0;
  }
}
