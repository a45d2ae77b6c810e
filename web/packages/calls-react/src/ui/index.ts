// The controls that everything is made of.

export { PortalScope, Surface, type SurfaceProps, type Theme, usePortalPlace } from "../theme/index.js";
export { Avatar, type AvatarProps } from "./Avatar.js";
export { Banner, type BannerProps } from "./Banner.js";
export { Button, type ButtonProps, type ButtonVariant } from "./Button.js";
export { cssVariables } from "./cssVariables.js";
export { cx } from "./cx.js";
export { Dialog, type DialogProps } from "./Dialog.js";
export { hueOf, initialsOf } from "./hueOf.js";
export { IconButton, type IconButtonProps } from "./IconButton.js";
export { Kbd } from "./Kbd.js";
export { LevelMeter, type LevelMeterProps } from "./LevelMeter.js";
export { type Announce, LiveRegion, useAnnounce } from "./LiveRegion.js";
export {
  Menu,
  type MenuChoice,
  MenuChoices,
  type MenuChoicesProps,
  MenuItem,
  type MenuItemProps,
  type MenuProps,
  MenuSeparator,
} from "./Menu.js";
export { Popover, PopoverContent, type PopoverContentProps, type PopoverProps } from "./Popover.js";
export { QualityBars, type QualityBarsProps } from "./QualityBars.js";
export { Select, type SelectOption, type SelectProps } from "./Select.js";
export { Slider, type SliderProps } from "./Slider.js";
export { Spinner, type SpinnerProps } from "./Spinner.js";
export { Switch, type SwitchProps } from "./Switch.js";
export { TextField, type TextFieldProps } from "./TextField.js";
export { Timer, type TimerProps } from "./Timer.js";
export { Toast, type ToastProps, ToastRegion } from "./Toast.js";
export { ToggleButton, type ToggleButtonProps } from "./ToggleButton.js";
export { Tooltip, type TooltipProps } from "./Tooltip.js";
export { useLevel } from "./useLevel.js";
export { VisuallyHidden } from "./VisuallyHidden.js";
