// The stage of a call.

export { CallStage } from "./CallStage.js";
export { CallViewProvider, useCallView, useViewState } from "./CallViewContext.js";
export {
  type CallView,
  type CallViewOptions,
  type CallViewState,
  type Corner,
  createCallView,
  type DialogName,
  type FullscreenRoot,
  LAYOUT_MODES,
  type LayoutMode,
  SELF_VIEWS,
  type SelfView,
} from "./callView.js";
export { type CallSlots, InCall, type InCallProps } from "./InCall.js";
export { StatsCard } from "./StatsCard.js";
export { keysOf, SHORTCUTS, type Shortcut, type ShortcutId } from "./shortcuts.js";
export { createViewMemory, type KeptView, type ViewMemory, type ViewStorage } from "./viewMemory.js";
