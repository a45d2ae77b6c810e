// The menu of everything that is not needed all the time.

import {
  Activity,
  Ellipsis,
  Gauge,
  Hand,
  Keyboard,
  LayoutGrid,
  Maximize,
  Minimize,
  PictureInPicture2,
  Settings,
  SmilePlus,
  Users,
} from "lucide-react";
import { useHand } from "../hooks/useHand.js";
import { useReactions } from "../hooks/useReactions.js";
import { useI18n } from "../i18n/index.js";
import { canPopOut } from "../mini/popOut.js";
import { useCallOptions } from "../provider/options.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuItem, MenuSeparator } from "../ui/Menu.js";

/** What {@link MoreMenu} takes. */
export interface MoreMenuProps {
  /** What has no room for a button of its own: the menu leads to it too. */
  readonly also?: readonly MenuExtra[] | undefined;
}

/** Something that has a button of its own where there is room. */
export type MenuExtra = "people" | "reactions" | "hand" | "layout" | "quality";

/** Settings, measurements, shortcuts, full screen, mini player. */
export function MoreMenu({ also = [] }: MoreMenuProps) {
  const { t } = useI18n();
  const view = useCallView();
  const { features } = useCallOptions();
  const fullscreen = useViewState((state) => state.fullscreen);
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
      {also.length === 0 ? null : <Extras also={also} />}
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

function Extras({ also }: { also: readonly MenuExtra[] }) {
  const { t } = useI18n();
  const view = useCallView();
  const hand = useHand();
  const { allowed: reacts } = useReactions();
  const peopleOpen = useViewState((state) => state.peopleOpen);
  return (
    <>
      {also.includes("people") ? (
        <MenuItem icon={<Users />} onSelect={() => view.toggle("people")}>
          {t(peopleOpen ? "people.close" : "people.open")}
        </MenuItem>
      ) : null}
      {also.includes("hand") && hand !== null ? (
        <MenuItem icon={<Hand />} onSelect={hand.buttonProps.onClick}>
          {hand.label}
        </MenuItem>
      ) : null}
      {also.includes("reactions") && reacts ? (
        <MenuItem icon={<SmilePlus />} onSelect={() => view.toggle("reactions")}>
          {t("reaction.label")}
        </MenuItem>
      ) : null}
      {also.includes("layout") ? (
        <MenuItem icon={<LayoutGrid />} onSelect={() => view.toggle("layout")}>
          {t("layout.label")}
        </MenuItem>
      ) : null}
      {also.includes("quality") ? (
        <MenuItem icon={<Gauge />} onSelect={() => view.toggle("settings")}>
          {t("quality.label")}
        </MenuItem>
      ) : null}
      <MenuSeparator />
    </>
  );
}
