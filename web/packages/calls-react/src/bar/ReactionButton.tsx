// The button that opens the reactions.

import { SmilePlus } from "lucide-react";
import { useReactions } from "../hooks/useReactions.js";
import { useI18n } from "../i18n/index.js";
import { ReactionPicker } from "../reactions/ReactionPicker.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { IconButton } from "../ui/IconButton.js";
import { Popover } from "../ui/Popover.js";

/** Absent where the person may not react. Open while the view says so. */
export function ReactionButton() {
  const { t } = useI18n();
  const view = useCallView();
  const { allowed } = useReactions();
  const open = useViewState((state) => state.dialog === "reactions");
  if (!allowed) return null;
  // Another dialog that opens closes this one: then there is nothing left to toggle.
  const change = (next: boolean): void => {
    if (next !== (view.store.get().dialog === "reactions")) view.toggle("reactions");
  };
  return (
    <Popover
      label={t("reaction.label")}
      open={open}
      onOpenChange={change}
      trigger={
        <IconButton
          variant="raised"
          label={t("reaction.open")}
          icon={<SmilePlus aria-hidden="true" />}
          shortcut="R"
        />
      }
    >
      <ReactionPicker />
    </Popover>
  );
}
