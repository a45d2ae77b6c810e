// The quality of a media connection: measured, graded, and what to send on it.

export {
  type Adaptation,
  type AdaptInput,
  adapt,
  newAdaptation,
  type Targets,
  wantedKbps,
} from "./adapt.js";
export type { RawSample, StatsEntry } from "./counters.js";
export {
  type GradeInput,
  type GradeState,
  gradeSample,
  gradeStep,
  newGrade,
  worstQuality,
} from "./grade.js";
export { usesOwnRelay, worstPath } from "./path.js";
export { type Measured, measure } from "./sample.js";
