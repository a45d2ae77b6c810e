//! The client's side of the contract: a fold of the state events that equals a snapshot.
//!
//! Browsers keep such a view; here it proves that the events say everything.

use vocab::{UnixMillis, UserId};

use crate::{
    CallKind, CallState, CallStatus, EndReason, Event, MediaState, ParticipantStatus, Role,
    Stamped, Topology,
};

/// A call as its participants see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// Number of the newest event in it.
    pub rev: u64,
    /// What the call was started as.
    pub kind: CallKind,
    /// Where it is in its life.
    pub status: CallStatus,
    /// Who may end it for all.
    pub host: UserId,
    /// How media travels.
    pub topology: Topology,
    /// First accept.
    pub started_at: Option<UnixMillis>,
    /// The end.
    pub ended_at: Option<UnixMillis>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Everybody, in the order of invitation.
    pub participants: Vec<ParticipantView>,
}

/// One person as the others see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParticipantView {
    /// Who.
    pub user: UserId,
    /// Where they are.
    pub status: ParticipantStatus,
    /// Their part.
    pub role: Role,
    /// What they send; meaningful while they are joined.
    pub media: MediaState,
    /// Set while their device, or its media, is lost: when they are given up unless a socket is open.
    pub reconnecting_until: Option<UnixMillis>,
    /// Set while their hand is up: since when.
    pub hand_raised_at: Option<UnixMillis>,
}

impl CallView {
    /// The snapshot: what `call:state` tells.
    #[must_use]
    pub fn of(state: &CallState) -> Self {
        let participants = state
            .participants
            .iter()
            .map(|one| ParticipantView {
                user: one.user,
                status: one.status,
                role: one.role,
                media: one.media,
                hand_raised_at: one.hand_raised_at,
                reconnecting_until: one
                    .seat
                    .link
                    .shown_until()
                    .filter(|_| one.status == ParticipantStatus::Joined),
            })
            .collect();
        Self {
            rev: state.seq,
            kind: state.kind,
            status: state.status,
            host: state.host,
            topology: state.topology,
            started_at: state.times.started_at,
            ended_at: state.times.ended_at,
            end_reason: state.end_reason,
            participants,
        }
    }

    /// Takes in the next event. An event that is already in it is ignored; after a gap the
    /// view must be asked for anew.
    ///
    /// # Errors
    /// [`Gap`] when events are missing before this one.
    pub fn apply(&mut self, stamped: &Stamped) -> Result<(), Gap> {
        if stamped.seq <= self.rev {
            return Ok(());
        }
        if stamped.seq != self.rev + 1 {
            return Err(Gap { have: self.rev, got: stamped.seq });
        }
        self.rev = stamped.seq;
        self.fold(&stamped.event, stamped.at);
        Ok(())
    }

    fn fold(&mut self, event: &Event, at: UnixMillis) {
        match event {
            Event::Initiated => {}
            Event::Ringing { user, .. } => {
                self.entry(*user).status = ParticipantStatus::Ringing;
                if self.status == CallStatus::Initiated {
                    self.status = CallStatus::Ringing;
                }
            }
            Event::Accepted { started_at, .. } => {
                self.status = CallStatus::Active;
                self.started_at = Some(*started_at);
            }
            Event::Joined { user, role, media, .. } => {
                let one = self.entry(*user);
                one.status = ParticipantStatus::Joined;
                one.role = *role;
                one.media = *media;
                one.reconnecting_until = None;
            }
            Event::Rejected { user, .. } => {
                self.entry(*user).status = ParticipantStatus::Rejected;
            }
            Event::Cancelled { .. } => {}
            Event::Missed { users, .. } => {
                for user in users {
                    self.entry(*user).status = ParticipantStatus::Missed;
                }
            }
            Event::MediaChanged { user, media } => self.entry(*user).media = *media,
            Event::ParticipantUpdated { user, status, role } => {
                let one = self.entry(*user);
                one.status = *status;
                one.role = *role;
            }
            Event::Reconnecting { user, until } => {
                self.entry(*user).reconnecting_until = Some(*until);
            }
            Event::Reconnected { user, .. } => self.entry(*user).reconnecting_until = None,
            Event::Left { user, .. } => self.entry(*user).leave(),
            Event::HostChanged { host, previous } => {
                self.entry(*previous).role = Role::Member;
                self.entry(*host).role = Role::Host;
                self.host = *host;
            }
            Event::TopologyChanged { topology } => self.topology = *topology,
            Event::HandChanged { user, raised_at } => {
                self.entry(*user).hand_raised_at = *raised_at;
            }
            Event::Ended { status, reason, .. } => {
                self.status = *status;
                self.end_reason = Some(*reason);
                self.ended_at = Some(at);
                for one in &mut self.participants {
                    if one.status == ParticipantStatus::Joined {
                        one.leave();
                    }
                }
            }
        }
    }

    fn entry(&mut self, user: UserId) -> &mut ParticipantView {
        let index = self.participants.iter().position(|one| one.user == user);
        let index = index.unwrap_or_else(|| {
            self.participants.push(ParticipantView {
                user,
                status: ParticipantStatus::Invited,
                role: Role::Member,
                media: MediaState::initial(self.kind),
                reconnecting_until: None,
                hand_raised_at: None,
            });
            self.participants.len() - 1
        });
        &mut self.participants[index]
    }
}

impl ParticipantView {
    fn leave(&mut self) {
        self.status = ParticipantStatus::Left;
        self.reconnecting_until = None;
        self.hand_raised_at = None;
        self.media.screen_sharing = false;
    }
}

/// Events are missing: ask for a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("have event {have}, got event {got}")]
pub struct Gap {
    /// The newest event the view has.
    pub have: u64,
    /// The event that came.
    pub got: u64,
}
