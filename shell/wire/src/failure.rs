//! A request that is not carried out, before it is put into either wire form.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use vocab::CallId;

use crate::Code;
use crate::body::CallBody;

/// Why a request is not carried out. Built by whoever finds out, shown as a
/// [`crate::Problem`] over REST and as an [`crate::AckFailure`] over the socket.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Failure {
    /// What clients branch on.
    pub code: Code,
    /// One sentence about this occurrence, without private values.
    pub detail: String,
    /// The fields that are wrong.
    pub errors: Vec<FieldError>,
    /// The true state, with a conflict.
    pub call: Option<Box<CallBody>>,
    /// The call that is in the way.
    pub call_id: Option<CallId>,
    /// When repeating helps, in seconds.
    pub retry_after: Option<u32>,
}

/// A field that has a value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The path of the field, for example `participantIds[2]`; empty for the whole body.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Failure {
    /// A failure with its sentence.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { code, detail, errors: Vec::new(), call: None, call_id: None, retry_after: None }
    }

    /// A failure whose code says enough.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self::new(code, code.title())
    }

    /// A failure about one field.
    #[must_use]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(Code::Invalid)
            .with_errors(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// With the fields that are wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// With the true state of the call.
    #[must_use]
    pub fn with_call(mut self, call: CallBody) -> Self {
        self.call_id = Some(call.id.0);
        self.call = Some(Box::new(call));
        self
    }

    /// With the call that is in the way.
    #[must_use]
    pub fn with_call_id(mut self, call: CallId) -> Self {
        self.call_id = Some(call);
        self
    }

    /// With the seconds after which repeating helps.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::of(code)
    }
}

impl From<call::Refusal> for Code {
    fn from(refusal: call::Refusal) -> Self {
        match refusal {
            call::Refusal::NotFound => Self::CallNotFound,
            call::Refusal::CallEnded => Self::CallEnded,
            call::Refusal::NotActive => Self::CallNotActive,
            call::Refusal::AnsweredElsewhere => Self::AnsweredElsewhere,
            call::Refusal::AlreadyAnswered => Self::AlreadyAnswered,
            call::Refusal::OwnCall => Self::OwnCall,
            call::Refusal::Full => Self::Full,
            call::Refusal::NotJoined => Self::NotJoined,
            call::Refusal::Removed => Self::Removed,
            call::Refusal::Forbidden(_) => Self::CapabilityMissing,
            call::Refusal::SeatGone => Self::SeatGone,
            call::Refusal::TargetNotInCall => Self::TargetNotInCall,
            call::Refusal::TargetGone => Self::TargetGone,
            call::Refusal::NotThisDevice => Self::NotThisDevice,
            call::Refusal::TopologySfu => Self::TopologySfu,
            call::Refusal::TopologyMesh => Self::TopologyMesh,
        }
    }
}

impl From<call::Refusal> for Failure {
    fn from(refusal: call::Refusal) -> Self {
        Self::new(Code::from(refusal), refusal.to_string())
    }
}
