//! The field types of bodies and payloads: values of the core in their wire form.

use crate::Wire;

/// The id of a call.
pub type CallId = Wire<vocab::CallId>;
/// The id of a conversation.
pub type ConversationId = Wire<vocab::ConversationId>;
/// The id of a user.
pub type UserId = Wire<vocab::UserId>;
/// The id of a stored entry.
pub type RowId = Wire<vocab::RowId>;
/// A device that names itself.
pub type DeviceId = Wire<vocab::DeviceId>;
/// A moment, RFC 3339 in UTC with milliseconds.
pub type Timestamp = Wire<vocab::UnixMillis>;
/// Audio, video or screen.
pub type CallType = Wire<call::CallKind>;
/// Where a call is in its life.
pub type CallStatus = Wire<call::CallStatus>;
/// Where a participant is.
pub type ParticipantStatus = Wire<call::ParticipantStatus>;
/// How media travels.
pub type Topology = Wire<call::Topology>;
/// A participant's part in the call.
pub type Role = Wire<call::Role>;
/// A single right.
pub type Capability = Wire<call::Capability>;
/// Why a call ended.
pub type EndReason = Wire<call::EndReason>;
/// Why a participant left.
pub type LeaveReason = Wire<call::LeaveReason>;
/// Why a participant missed the call.
pub type MissReason = Wire<call::MissReason>;
/// Why a participant rejected the call.
pub type RejectReason = Wire<call::RejectReason>;
/// Why a device stops showing a call.
pub type StopReason = Wire<call::StopReason>;
/// Which way a call went.
pub type Direction = Wire<call::Direction>;
/// How a call went.
pub type Outcome = Wire<call::Outcome>;

/// A device as others may see it: none when it is known only by the name of its socket,
/// because that name is also the key of its transport session.
#[must_use]
pub fn shown_device(device: Option<&vocab::DeviceId>) -> Option<DeviceId> {
    device.filter(|device| !device.is_unnamed()).cloned().map(Wire)
}
