// The reactions to choose from on a phone: a sheet at the bottom.

import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { Dialog } from "../ui/Dialog.js";
import { ReactionPicker } from "./ReactionPicker.js";

/** Open while the view says so; for where the bar has no room for the button of its own. */
export function ReactionSheet() {
  const { t } = useI18n();
  const view = useCallView();
  const open = useViewState((state) => state.dialog === "reactions");
  if (!open) return null;
  return (
    <Dialog open onOpenChange={() => view.toggle("reactions")} title={t("reaction.label")} size="s">
      <ReactionPicker />
    </Dialog>
  );
}
