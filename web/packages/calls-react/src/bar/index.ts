// The controls of a call.

export { CallTimer } from "./CallTimer.js";
export { ControlBar, type ControlBarProps } from "./ControlBar.js";
export { useIntent } from "./useIntent.js";
