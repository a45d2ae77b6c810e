// The menu of everything that is not needed all the time.

import {
  Activity,
  Ellipsis,
  Gauge,
  Keyboard,
  LayoutGrid,
  Maximize,
  Minimize,
  PictureInPicture2,
  Settings,
  Users,
} from "lucide-react";
import { useI18n } from "../i18n/index.js";
import { canPopOut } from "../mini/popOut.js";
import { useCallOptions } from "../provider/options.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuItem, MenuSeparator } from "../ui/Menu.js";

/** What {@link MoreMenu} takes. */
export interface MoreMenuProps {
  /** There is no room for buttons of their own: the menu leads to people, layout and quality too. */
  readonly compact?: boolean | undefined;
}

/** Settings, measurements, shortcuts, full screen, mini player. */
export function MoreMenu({ compact = false }: MoreMenuProps) {
  const { t } = useI18n();
  const view = useCallView();
  const { features } = useCallOptions();
  const fullscreen = useViewState((state) => state.fullscreen);
  const peopleOpen = useViewState((state) => state.peopleOpen);
  const mini = useViewState((state) => state.mini);
  const toggleFullscreen = (): void => {
    view.toggleFullscreen().catch(() => undefined); // the browser may refuse; nothing changes then
  };
  return (
    <Menu
      side="top"
      align="center"
      trigger={<IconButton variant="raised" label={t("more.open")} icon={<Ellipsis aria-hidden="true" />} />}
    >
      {compact ? (
        <>
          <MenuItem icon={<Users />} onSelect={() => view.toggle("people")}>
            {t(peopleOpen ? "people.close" : "people.open")}
          </MenuItem>
          <MenuItem icon={<LayoutGrid />} onSelect={view.cycleLayout}>
            {t("shortcuts.layout")}
          </MenuItem>
          <MenuItem icon={<Gauge />} onSelect={() => view.toggle("settings")}>
            {t("quality.label")}
          </MenuItem>
          <MenuSeparator />
        </>
      ) : null}
      <MenuItem icon={<Settings />} onSelect={() => view.toggle("settings")}>
        {t("more.settings")}
      </MenuItem>
      <MenuItem icon={<Activity />} onSelect={() => view.toggle("stats")}>
        {t("more.stats")}
      </MenuItem>
      <MenuItem icon={<Keyboard />} shortcut="?" onSelect={() => view.toggle("shortcuts")}>
        {t("more.shortcuts")}
      </MenuItem>
      <MenuSeparator />
      {document.fullscreenEnabled ? (
        <MenuItem icon={fullscreen ? <Minimize /> : <Maximize />} shortcut="F" onSelect={toggleFullscreen}>
          {t(fullscreen ? "more.exitFullscreen" : "more.fullscreen")}
        </MenuItem>
      ) : null}
      {features.miniPlayer === false || !canPopOut() ? null : (
        <MenuItem icon={<PictureInPicture2 />} onSelect={() => view.toggle("mini")}>
          {t(mini ? "more.closeMiniPlayer" : "more.miniPlayer")}
        </MenuItem>
      )}
    </Menu>
  );
}
