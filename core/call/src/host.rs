//! Who runs a group call, and what they may do to others.

use vocab::UserId;

use crate::input::Reply;
use crate::machine::Call;
use crate::state::ParticipantStatus;
use crate::{Capability, Event, Refusal, Role};

impl Call {
    /// The earliest of those still in the call becomes host.
    pub(crate) fn pass_on_host(&mut self, previous: UserId) {
        let Some(heir) = self.others_joined(previous).first().map(|one| one.user) else {
            return;
        };
        self.crown(heir, previous);
    }

    /// Somebody who enters a call without a host in it becomes host.
    pub(crate) fn inherit_if_hostless(&mut self, user: UserId) {
        let previous = self.state.host;
        let present = self
            .state
            .participant(previous)
            .is_some_and(|host| host.status == ParticipantStatus::Joined);
        if !present && previous != user {
            self.crown(user, previous);
        }
    }

    fn crown(&mut self, host: UserId, previous: UserId) {
        self.edit(previous, |one| one.role = Role::Member);
        self.edit(host, |one| one.role = Role::Host);
        self.state.host = host;
        self.emit(Event::HostChanged { host, previous });
    }

    /// Gives a participant another role. Only the host makes or unmakes a co-host; the
    /// host's own role changes only by passing it on.
    pub(crate) fn set_role(
        &mut self,
        by: UserId,
        user: UserId,
        role: Role,
    ) -> Result<Reply, Refusal> {
        self.known(by)?;
        self.still_running()?;
        self.authorize(by, Capability::Admit)?;
        let Some(target) = self.state.participant(user) else {
            return Err(Refusal::TargetNotInCall);
        };
        let (status, before) = (target.status, target.role);
        let touches_rank =
            [before, role].iter().any(|one| matches!(one, Role::Host | Role::CoHost));
        if (touches_rank && by != self.state.host) || before == Role::Host {
            return Err(Refusal::Forbidden(Capability::Admit));
        }
        if role == Role::Host {
            if status != ParticipantStatus::Joined {
                return Err(Refusal::TargetGone);
            }
            self.crown(user, by);
            self.withdraw_media(by);
            return Ok(Reply::Done);
        }
        if before != role {
            self.edit(user, |one| one.role = role);
            self.emit(Event::ParticipantUpdated { user, status, role });
            self.withdraw_media(user);
        }
        Ok(Reply::Done)
    }

    /// Switches off somebody's microphone; switching it on again is theirs alone.
    pub(crate) fn mute(&mut self, by: UserId, user: UserId) -> Result<Reply, Refusal> {
        let target = self.addressed(by, user)?;
        if target.media.audio_enabled {
            let media = crate::MediaState { audio_enabled: false, ..target.media };
            self.edit(user, |one| one.media = media);
            self.emit(Event::MediaChanged { user, media });
        }
        Ok(Reply::Done)
    }

    /// Switches off what a participant may no longer send.
    fn withdraw_media(&mut self, user: UserId) {
        let Some(target) = self.state.participant(user) else { return };
        let before = target.media;
        let media = self.allowed_media(user, before);
        if media != before && target.status == ParticipantStatus::Joined {
            self.edit(user, |one| one.media = media);
            self.emit(Event::MediaChanged { user, media });
        }
        self.lower_hand_without_right(user);
    }
}
