// The menu of layouts.

import { LayoutGrid } from "lucide-react";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { LAYOUT_MODES } from "../stage/callView.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../ui/Menu.js";

/** Chooses the layout, and hides or shows the self view. */
export function LayoutMenu() {
  const { t } = useI18n();
  const view = useCallView();
  const mode = useViewState((state) => state.layout);
  const selfHidden = useViewState((state) => state.selfHidden);
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
      <MenuChoices
        label={t("layout.label")}
        value={mode}
        choices={LAYOUT_MODES.map((one) => ({
          value: one,
          label: t(`layout.${one}`),
          text: t(`layout.${one}Text`),
        }))}
        onChange={view.setLayout}
      />
      <MenuSeparator />
      <MenuItem onSelect={() => view.toggle("self")}>
        {t(selfHidden ? "layout.selfShow" : "layout.selfHide")}
      </MenuItem>
    </Menu>
  );
}
