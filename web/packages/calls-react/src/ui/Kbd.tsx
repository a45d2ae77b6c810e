// A key of the keyboard.

import styles from "./Kbd.module.css";

/** One key, or keys joined by "+": "Ctrl+D". */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={styles.keys} dir="ltr">
      {keys.split("+").map((key) => (
        <kbd key={key} className={styles.key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
