//! What is measured of a call, and what is made of it. None of it is part of the call's
//! state, so none of it changes the version; some of it comes after the end.

use serde_json::Value;
use vocab::{CallId, UserId};

use crate::calls::columns::LIVE;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Of what type an ICE candidate is (RFC 8445 §5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CandidateKind {
    /// An address of the device itself.
    Host,
    /// Seen by a STUN server.
    ServerReflexive,
    /// Seen by the peer.
    PeerReflexive,
    /// Of a relay.
    Relay,
}

/// Over what a candidate is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CandidateProtocol {
    /// UDP.
    Udp,
    /// TCP (RFC 6544).
    Tcp,
}

impl CandidateKind {
    /// The word of candidate lines (RFC 8839 §5.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::ServerReflexive => "srflx",
            Self::PeerReflexive => "prflx",
            Self::Relay => "relay",
        }
    }
}

impl CandidateProtocol {
    /// The word of candidate lines, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

impl Store {
    /// Counts `count` candidates of a participant: their type and protocol, never an address.
    /// Does nothing once the call is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_candidates(
        &self,
        call: CallId,
        user: UserId,
        kind: CandidateKind,
        protocol: CandidateProtocol,
        count: u32,
    ) -> Result<(), StoreError> {
        let key = format!("{}-{}", kind.as_str(), protocol.as_str());
        let merged = if self.is_postgres() {
            "jsonb_set(COALESCE(ice_candidates, '{}'), ARRAY[$1], \
             to_jsonb(COALESCE((ice_candidates ->> $1)::bigint, 0) + $4))"
        } else {
            "json_set(COALESCE(ice_candidates, '{}'), '$.' || $1, \
             COALESCE(json_extract(ice_candidates, '$.' || $1), 0) + $4)"
        };
        let text = format!(
            "UPDATE call_participants SET ice_candidates = {merged} WHERE call_id = $2 \
             AND user_id = $3 AND EXISTS (SELECT 1 FROM calls WHERE id = $2 AND status IN {LIVE})"
        );
        self.run(sql!(text, key, call, user, i64::from(count))).await?;
        Ok(())
    }

    /// The candidates counted so far: `{"host-udp": 2}`; `None` before the first and once
    /// the call is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn candidates(
        &self,
        call: CallId,
        user: UserId,
    ) -> Result<Option<Value>, StoreError> {
        let text =
            "SELECT ice_candidates FROM call_participants WHERE call_id = $1 AND user_id = $2";
        match self.first(sql!(text, call, user)).await? {
            Some(row) => row.get("ice_candidates"),
            None => Ok(None),
        }
    }

    /// Keeps a participant's quality grade (at most 20 characters) and the numbers behind it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_quality(
        &self,
        call: CallId,
        user: UserId,
        grade: &str,
        stats: Value,
    ) -> Result<(), StoreError> {
        let text = "UPDATE call_participants SET connection_quality = $1, media_stats = $2 \
                    WHERE call_id = $3 AND user_id = $4";
        self.run(sql!(text, grade, stats, call, user)).await?;
        Ok(())
    }

    /// The numbers behind a participant's quality grade.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn media_stats(
        &self,
        call: CallId,
        user: UserId,
    ) -> Result<Option<Value>, StoreError> {
        let text = "SELECT media_stats FROM call_participants WHERE call_id = $1 AND user_id = $2";
        match self.first(sql!(text, call, user)).await? {
            Some(row) => row.get("media_stats"),
            None => Ok(None),
        }
    }

    /// Keeps the quality of the whole call, summed up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_quality_stats(&self, call: CallId, stats: Value) -> Result<(), StoreError> {
        self.run(sql!("UPDATE calls SET quality_stats = $1 WHERE id = $2", stats, call)).await?;
        Ok(())
    }

    /// Keeps where the recording of a call is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_recording_url(
        &self,
        call: CallId,
        url: Option<&str>,
    ) -> Result<(), StoreError> {
        self.run(sql!("UPDATE calls SET recording_url = $1 WHERE id = $2", url, call)).await?;
        Ok(())
    }

    /// Keeps the SFU room of a call (at most 255 characters).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_sfu_room(&self, call: CallId, room: Option<&str>) -> Result<(), StoreError> {
        self.run(sql!("UPDATE calls SET sfu_room_id = $1 WHERE id = $2", room, call)).await?;
        Ok(())
    }
}
