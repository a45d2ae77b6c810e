//! Runs calls: `core/call` on the database, and word of it to every connected device.
//!
//! | module | what |
//! |---|---|
//! | `switchboard` | [`Switchboard`]: what REST and sockets call; one method per action |
//! | `initiate` `joining` `credentials` `reading` `catching_up` | those actions, by topic |
//! | `gestures` | raised hands, reactions, requests to speak |
//! | `call_task` `delivery` `signals` `quality` | the one task that owns a live call |
//! | `room` `room_words` `negotiation` `reports` | that task and the media server: who is let in, what devices tell it, what it says |
//! | `media_server` | what a media server is to calls |
//! | `access` | who may send media for a call, told to the media servers |
//! | `directory` | which calls are live here, and whose they are |
//! | `registry` | which devices are connected |
//! | `recovery` | taking up live calls after a restart |
//! | `presence` | who is online, told to those who share a conversation |
//! | `resume_token` | the proof that a device held a seat |
//! | `clock` | wall-clock time that never goes back |
//!
//! Invariant: a call is changed by its task alone, one input at a time; what the task tells
//! devices was committed before.

mod access;
mod call_task;
mod catching_up;
mod clock;
mod credentials;
mod delivery;
mod directory;
mod gestures;
mod initiate;
mod joining;
mod media_server;
mod message;
mod negotiation;
mod presence;
mod quality;
mod reading;
mod recovery;
mod registry;
mod reports;
mod resume_token;
mod room;
mod room_words;
mod settings;
mod signals;
mod switchboard;

pub use access::MediaAccess;
pub use clock::Clock;
pub use media_server::MediaServer;
pub use reading::call_extras;
pub use registry::{Close, ConnectionId, Frame, Line, LineFull};
pub use resume_token::ResumeSecret;
pub use settings::{Relay, Settings};
pub use switchboard::{Actor, Switchboard};
