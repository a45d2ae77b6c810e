// The menu of layouts.

import { LayoutGrid } from "lucide-react";
import { useLayoutChoices } from "../hooks/useLayoutChoices.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuChoices, MenuSeparator } from "../ui/Menu.js";

/** Chooses the layout, and where the self view is. */
export function LayoutMenu() {
  const { t } = useI18n();
  const view = useCallView();
  const { layouts, selfViews } = useLayoutChoices();
  const mode = useViewState((state) => state.layout);
  const selfView = useViewState((state) => state.selfView);
  return (
    <Menu
      side="top"
      align="center"
      trigger={
        <IconButton
          variant="raised"
          label={t("layout.open")}
          icon={<LayoutGrid aria-hidden="true" />}
          shortcut="L"
        />
      }
    >
      <MenuChoices label={t("layout.label")} value={mode} choices={layouts} onChange={view.setLayout} />
      <MenuSeparator />
      <MenuChoices label={t("self.label")} value={selfView} choices={selfViews} onChange={view.setSelfView} />
    </Menu>
  );
}
