//! The way that media takes between two devices, as their browsers report it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The way that the packets of a media connection take (RFC 8445 §2.4, *selected pair*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct SelectedPath {
    /// Straight to the other device, or over a relay.
    pub kind: PathKind,
    /// What the packets travel in from this device: to the other one, or to the relay.
    pub protocol: PathProtocol,
}

/// Whether a relay is in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum PathKind {
    /// Nothing in between.
    Direct,
    /// Over a TURN server (RFC 8656).
    Relay,
}

/// What packets travel in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "lowercase")]
pub enum PathProtocol {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS over TCP; to relays only.
    Tls,
}
