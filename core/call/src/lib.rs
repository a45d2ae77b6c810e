//! The rules of a call: who rings, who may answer, who is in, when and why it ends.
//!
//! Pure: time comes in as [`vocab::UnixMillis`], randomness is never needed, nothing is
//! sent. A [`Call`] is fed with [`Input`]s and timeouts; it changes its [`CallState`] and
//! queues [`Output`]s (state events for everybody, effects for single devices). The shell
//! stores the state and the events in one transaction, then carries out the outputs.
//!
//! | module | what |
//! |---|---|
//! | `state`, `word` | [`CallState`], [`Participant`]: all that is stored, and the words in it |
//! | `input`, `event`, `effect` | what goes in, what comes out |
//! | `machine` | [`Call`]: dispatch, clocks, the output queue |
//! | `initiate` `answer` `decline` `hang_up` `seat` `host` `media` `timeout` `finish` | the rules, one action each |
//! | `signal` | where an offer, answer or candidate may go, and what waits for the accept |
//! | `topology` | between the participants or through the server, and the way from one to the other |
//! | `hand` | raised hands, reactions, asking somebody to speak |
//! | `rights` | roles and capabilities |
//! | `history` | what a finished call was to each viewer |
//! | `view` | the client's fold of the events, and the snapshot it must equal |

mod answer;
mod decline;
mod effect;
mod event;
mod finish;
mod hand;
mod hang_up;
mod history;
mod host;
mod initiate;
mod input;
mod machine;
mod media;
mod policy;
mod reason;
mod refusal;
mod rights;
mod seat;
mod signal;
mod state;
mod timeout;
mod topology;
mod view;
mod word;

pub use effect::{Effect, StopReason};
pub use event::{Event, Stamped};
pub use history::{Direction, Outcome, direction, missed_by, outcome, own_duration};
pub use initiate::{Invitee, NewCall, Reach};
pub use input::{Admission, Input, Reply};
pub use machine::{Call, Output};
pub use media::{MediaPatch, MediaState};
pub use policy::{BusyPolicy, Policy, SfuPolicy};
pub use reason::{EndReason, LeaveReason, MissReason, RejectReason, UnknownReason};
pub use refusal::Refusal;
pub use rights::{Capabilities, Capability, Role, effective};
pub use signal::{HELD_CANDIDATES, HeldSignals, Route, Signal, SignalKind, route, route_to_media};
pub use state::{
    CallKind, CallState, CallStatus, Link, MediaUse, Participant, ParticipantStatus, Ring,
    RingMode, Seat, Shape, Times, Topology, UnknownWord,
};
pub use view::{CallView, Gap, ParticipantView};
