// Voice and video calls in React: the public names of this package.

export { CallTimer, ControlBar, type ControlBarProps } from "./bar/index.js";
export { Call, type CallProps, default } from "./Call.js";
export { CheckConnection, type CheckConnectionProps } from "./connectivity/CheckConnection.js";
export { CallScreen, type CallScreenProps } from "./entry/CallScreen.js";
export { EndedScreen, type EndedScreenProps } from "./entry/EndedScreen.js";
export { IncomingCall, type IncomingCallProps } from "./entry/IncomingCall.js";
export { IncomingCard, type IncomingCardProps } from "./entry/IncomingCard.js";
export { NoticeBanner } from "./entry/NoticeBanner.js";
export { PermissionHelp, type PermissionHelpProps } from "./entry/PermissionHelp.js";
export { type JoinChoice, PreJoin, type PreJoinProps } from "./entry/PreJoin.js";
export { type KnownPerson, RingingScreen, type RingingScreenProps } from "./entry/RingingScreen.js";
export { TapToHear } from "./entry/TapToHear.js";
export type { CallButton, CallButtonProps } from "./hooks/callButton.js";
export { useAttention } from "./hooks/useAttention.js";
export { useCall } from "./hooks/useCall.js";
export { useCamera } from "./hooks/useCamera.js";
export { useClientState } from "./hooks/useClientState.js";
export { type MeasuredQuality, useConnectionQuality } from "./hooks/useConnectionQuality.js";
export { type ConnectivityRun, useConnectivityCheck } from "./hooks/useConnectivityCheck.js";
export { useCurrentSession } from "./hooks/useCurrentSession.js";
export { type Devices, useDevices } from "./hooks/useDevices.js";
export { useHand } from "./hooks/useHand.js";
export { useInCall } from "./hooks/useInCall.js";
export { useLeave } from "./hooks/useLeave.js";
export { useMicrophone } from "./hooks/useMicrophone.js";
export { useParticipants } from "./hooks/useParticipants.js";
export { type Permissions, type PermissionWord, usePermissions } from "./hooks/usePermissions.js";
export { type Reactions, useReactions } from "./hooks/useReactions.js";
export { useRingLeader } from "./hooks/useRingLeader.js";
export { useScreenShare } from "./hooks/useScreenShare.js";
export { type ShortcutActions, useShortcuts } from "./hooks/useShortcuts.js";
export { useTile } from "./hooks/useTile.js";
export { I18nProvider, type I18nProviderProps, useI18n } from "./i18n/index.js";
export {
  type Layout,
  type LayoutInput,
  type LayoutTile,
  layout,
  type Placement,
  type Rect,
  type Size,
  type TileRole,
} from "./layout/index.js";
export { MiniPlayer, type MiniPlayerProps } from "./mini/index.js";
export { type Candidate, PeoplePanel, type PeoplePanelProps } from "./people/index.js";
export { CallProvider, type CallProviderProps } from "./provider/CallProvider.js";
export { useCallClient } from "./provider/client.js";
export { type CallFeatures, type CallOptions, useCallOptions } from "./provider/options.js";
export { createRinger, type Ringer } from "./sound/ringer.js";
export { canChooseSpeaker, playTestTone, type TestTone } from "./sound/testTone.js";
export type { ToneKind } from "./sound/tones.js";
export {
  type CallSlots,
  CallStage,
  type CallView,
  type CallViewOptions,
  CallViewProvider,
  type CallViewState,
  type Corner,
  createCallView,
  createViewMemory,
  type FullscreenRoot,
  InCall,
  type InCallProps,
  type KeptView,
  LAYOUT_MODES,
  type LayoutMode,
  SELF_VIEWS,
  type SelfView,
  useCallView,
  useViewState,
  type ViewMemory,
  type ViewStorage,
} from "./stage/index.js";
export { SessionProvider, shallowEqual, useSelector, useSession } from "./store/index.js";
export { Surface, type SurfaceProps, type Theme } from "./theme/index.js";
export { type CallEnd, callEndOf } from "./words/callEnd.js";
export { type EndedOffer, type EndedText, endedText } from "./words/endedText.js";
export { refusalText } from "./words/refusalText.js";
