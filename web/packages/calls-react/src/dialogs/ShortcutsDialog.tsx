// The list of keys.

import { type MessageKey, useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { hasCommandKey, keysOf, SHORTCUTS, type Shortcut } from "../stage/shortcuts.js";
import { Dialog } from "../ui/Dialog.js";
import { Kbd } from "../ui/Kbd.js";
import styles from "./ShortcutsDialog.module.css";

/** Every key with what it does; those that are switched off are left out. Open while the view says so. */
export function ShortcutsDialog() {
  const { t } = useI18n();
  const view = useCallView();
  const open = useViewState((state) => state.dialog === "shortcuts");
  const single = useViewState((state) => state.singleKeys);
  if (!open) return null;
  const apple = hasCommandKey();
  return (
    <Dialog open onOpenChange={() => view.toggle("shortcuts")} title={t("shortcuts.title")}>
      <dl className={styles.list}>
        {byLabel(SHORTCUTS.filter((shortcut) => single || !shortcut.single)).map(([label, shortcuts]) => (
          <div key={label} className={styles.row}>
            <dt>{t(label)}</dt>
            <dd className={styles.keys}>
              {shortcuts.map((shortcut, index) => (
                <span key={shortcut.id} className={styles.keys}>
                  {index === 0 ? null : <span className={styles.or}>{t("shortcuts.or")}</span>}
                  <Kbd keys={keysOf(shortcut, apple, t("shortcuts.space"))} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

type Label = Extract<MessageKey, `shortcuts.${string}`>;

function byLabel(shortcuts: readonly Shortcut[]): readonly (readonly [Label, readonly Shortcut[]])[] {
  const groups = new Map<Label, Shortcut[]>();
  for (const shortcut of shortcuts) {
    const group = groups.get(shortcut.label) ?? [];
    group.push(shortcut);
    groups.set(shortcut.label, group);
  }
  return [...groups];
}
