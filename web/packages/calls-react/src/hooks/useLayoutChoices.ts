// The layouts and places of the self view, in words.

import { useI18n } from "../i18n/index.js";
import { LAYOUT_MODES, type LayoutMode, SELF_VIEWS, type SelfView } from "../stage/callView.js";
import type { MenuChoice } from "../ui/Menu.js";

/** What {@link useLayoutChoices} gives. */
export interface LayoutChoices {
  readonly layouts: readonly MenuChoice<LayoutMode>[];
  readonly selfViews: readonly MenuChoice<SelfView>[];
}

/** In the order in which they are listed, in the language around. */
export function useLayoutChoices(): LayoutChoices {
  const { t } = useI18n();
  return {
    layouts: LAYOUT_MODES.map((one) => ({
      value: one,
      label: t(`layout.${one}`),
      text: t(`layout.${one}Text`),
    })),
    selfViews: SELF_VIEWS.map((one) => ({ value: one, label: t(`self.${one}`) })),
  };
}
