//! What a call's task can be told.

use std::sync::Arc;

use call::{CallState, Input, Reply};
use sfu::{MediaPeer, Report, Wanted};
use tokio::sync::oneshot;
use vocab::{DeviceId, UserId};
use wire::Failure;
use wire::event::{QualityReport, SentSignal};

use crate::delivery::Profiles;

/// A message to the task of one call.
#[derive(Debug)]
pub(crate) enum Message {
    /// A command; the answer tells what came of it.
    Command { by: Option<UserId>, input: Input, reply: oneshot::Sender<Result<Done, Failure>> },
    /// Something happened that nobody waits for.
    Observe(Input),
    /// An offer, answer or candidate on its way to another participant.
    Signal {
        from: UserId,
        device: DeviceId,
        sent: Box<SentSignal>,
        reply: oneshot::Sender<Result<Relayed, Failure>>,
    },
    /// A device's own view of its connection quality.
    Quality {
        user: UserId,
        device: DeviceId,
        report: Box<QualityReport>,
        reply: oneshot::Sender<Result<(), Failure>>,
    },
    /// A device wants something of the media server.
    Wish { user: UserId, device: DeviceId, wish: Wish, reply: oneshot::Sender<Result<(), Failure>> },
    /// Word of the call's room at the media server.
    Report(Report),
}

/// What a device wants of the media server.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// To see these, and nothing else.
    Subscribe(Vec<Wanted>),
    /// The first offer of the media server, before its own.
    Await,
    /// That a connection which broke is begun anew.
    Restart(MediaPeer),
}

/// What a command came to, with the call as it is afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) reply: Reply,
    pub(crate) state: Arc<CallState>,
    pub(crate) profiles: Arc<Profiles>,
}

/// Where a signal went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relayed {
    Delivered,
    Held,
}
