//! Why an action is not carried out. A refusal changes nothing.

use crate::Capability;

/// Why the call refuses an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user has no part in this call; to them it does not exist.
    #[error("there is no such call")]
    NotFound,
    /// The call is over.
    #[error("the call is over")]
    CallEnded,
    /// Nobody has answered yet, so nobody can join late.
    #[error("the call has not been answered yet")]
    NotActive,
    /// Another device of the same user is in the call.
    #[error("the call was answered on another device")]
    AnsweredElsewhere,
    /// The user is in the call already and cannot decline it.
    #[error("the call was answered already")]
    AlreadyAnswered,
    /// The caller cannot decline their own call.
    #[error("this is the caller's own call")]
    OwnCall,
    /// As many people as allowed are in the call.
    #[error("the call is full")]
    Full,
    /// The user is not in the call at the moment.
    #[error("not in the call")]
    NotJoined,
    /// The user was removed from the call.
    #[error("removed from the call")]
    Removed,
    /// The user lacks a right.
    #[error("the right \"{0}\" is missing")]
    Forbidden(Capability),
    /// The resume token belongs to an earlier stay.
    #[error("the seat was given up or taken over")]
    SeatGone,
    /// The other person is not in this call.
    #[error("the target is not in this call")]
    TargetNotInCall,
    /// The other person is no longer in this call.
    #[error("the target has left the call")]
    TargetGone,
    /// The signal came from a device that is not the participant's media device.
    #[error("this device is not in the call")]
    NotThisDevice,
    /// In the current topology media is negotiated with the server.
    #[error("media goes through the server")]
    TopologySfu,
    /// In the current topology the server has no part in the media.
    #[error("media goes between the participants")]
    TopologyMesh,
}
