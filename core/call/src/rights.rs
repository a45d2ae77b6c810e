//! Who may do what: roles over capabilities.

use crate::state::{UnknownWord, words};
use crate::{CallState, Participant, Policy};

words! {
    /// A participant's part in the call.
    Role, UnknownWord {
        /// Started the call, or inherited it.
        Host = "host",
        /// Helps the host.
        CoHost = "co-host",
        /// Takes part.
        Member = "member",
        /// Listens and watches.
        Viewer = "viewer",
        /// Came by invitation from outside the conversation.
        Guest = "guest",
        /// The recording service.
        Recorder = "recorder",
    }
}

words! {
    /// A single right.
    Capability, UnknownWord {
        /// Be in the call.
        Join = "join",
        /// Send sound.
        Speak = "speak",
        /// Send a camera picture.
        Camera = "camera",
        /// Share a screen.
        Screen = "screen",
        /// Share the sound of a screen.
        ScreenAudio = "screen-audio",
        /// Write messages.
        Chat = "chat",
        /// Send reactions.
        React = "react",
        /// Raise the hand.
        RaiseHand = "raise-hand",
        /// Start and stop a recording.
        Record = "record",
        /// Switch off somebody else's microphone.
        MuteOthers = "mute-others",
        /// Remove somebody.
        Remove = "remove",
        /// Let somebody in.
        Admit = "admit",
        /// End the call for everybody.
        EndForAll = "end-for-all",
        /// Call further people.
        Invite = "invite",
        /// Open breakout rooms.
        Breakout = "breakout",
        /// See everybody's connection quality.
        ViewStats = "view-stats",
    }
}

/// A set of [`Capability`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Capabilities(u32);

impl Capabilities {
    /// No right.
    pub const NONE: Self = Self(0);
    /// Every right.
    pub const ALL: Self = Self::of(Capability::ALL);

    /// The set of these.
    #[must_use]
    pub const fn of(list: &[Capability]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < list.len() {
            bits |= 1 << (list[index] as u32);
            index += 1;
        }
        Self(bits)
    }

    /// Whether it holds this right.
    #[must_use]
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & (1 << (capability as u32)) != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set less the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The rights in it, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.iter().copied().filter(move |one| self.contains(*one))
    }

    /// The set as stored: bit n is the n-th capability.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The set from its stored form; unknown bits are dropped.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl Role {
    /// What the role may do before the call's policy and personal changes.
    #[must_use]
    pub const fn defaults(self) -> Capabilities {
        use Capability as C;
        match self {
            Self::Host | Self::CoHost => Capabilities::ALL,
            Self::Member => Capabilities::of(&[
                C::Join,
                C::Speak,
                C::Camera,
                C::Screen,
                C::ScreenAudio,
                C::Chat,
                C::React,
                C::RaiseHand,
                C::Invite,
                C::ViewStats,
            ]),
            Self::Guest => {
                Capabilities::of(&[C::Join, C::Speak, C::Camera, C::Chat, C::React, C::RaiseHand])
            }
            Self::Viewer => Capabilities::of(&[C::Join, C::Chat, C::React, C::RaiseHand]),
            Self::Recorder => Capabilities::of(&[C::Join, C::Record]),
        }
    }

    /// Whether the call's policy leaves the role's rights alone.
    const fn is_above_policy(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }
}

/// What a participant may do: role default, then the call's policy, then personal changes.
#[must_use]
pub fn effective(participant: &Participant, policy: &Policy) -> Capabilities {
    let role = participant.role.defaults();
    let in_call =
        if participant.role.is_above_policy() { role } else { role.without(policy.withheld) };
    in_call.with(participant.granted).without(participant.denied)
}

/// Whether a user may do something in a call. The one question behind join, rejoin, resume,
/// refresh, relay credentials and recording.
pub(crate) fn may(
    state: &CallState,
    policy: &Policy,
    user: vocab::UserId,
    capability: Capability,
) -> bool {
    state
        .participant(user)
        .is_some_and(|one| !one.was_removed() && effective(one, policy).contains(capability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_survive_their_stored_form() {
        let some = Capabilities::of(&[Capability::Join, Capability::ViewStats]);
        assert_eq!(Capabilities::from_bits(some.bits()), some);
        assert_eq!(Capabilities::from_bits(u32::MAX), Capabilities::ALL);
        assert_eq!(some.iter().count(), 2);
    }

    #[test]
    fn only_hosts_and_co_hosts_end_for_all_by_role() {
        for role in Role::ALL {
            let may = role.defaults().contains(Capability::EndForAll);
            assert_eq!(may, matches!(role, Role::Host | Role::CoHost), "{role}");
        }
    }
}
