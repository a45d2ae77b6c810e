// The view of a call: a fold of the numbered events that equals the server's snapshot.

export type { CallView, ParticipantView } from "./callView.js";
export { participantOf } from "./callView.js";
export { capabilitiesOf } from "./capabilities.js";
export { endedOf } from "./ended.js";
export { type FoldResult, fold } from "./fold.js";
export { type NumberedEvent, readNumberedEvent, type StateChange } from "./numberedEvent.js";
export {
  type KnownOfCall,
  viewOfAnswer,
  viewOfCall,
  viewOfIncoming,
  viewOfInitiate,
} from "./origin.js";
export {
  KEPT_AT_MOST,
  newSequencer,
  type Sequenced,
  type SequencerEffect,
  type SequencerInput,
  type SequencerState,
  sequence,
} from "./sequencer.js";
export { applyQuality, applySnapshot } from "./snapshot.js";
