//! Bytes become a command or an observation.

use std::time::Duration;

use call::{Admission, EndReason, Input, Invitee, MediaPatch, Reach, RejectReason, Role};
use vocab::{DeviceId, UserId};

use super::{Act, Story};
use crate::user;

impl Story {
    /// What the server says about somebody's media: mostly that it is there.
    fn word_of_media(&self, user: UserId, choice: u8) -> Input {
        let state = self.watched.call.state();
        // Mostly of somebody who waits for it: an upgrade needs everybody.
        let waiting = state.joined().find(|one| !one.seat.media_ready && choice >= 64);
        let user = waiting.map_or(user, |one| one.user);
        let sits = state.participant(user);
        let old = u32::from(choice.is_multiple_of(16));
        let seat = sits.map_or(1, |me| me.seat.number).saturating_sub(old);
        if choice % 16 == 1 {
            // Closed, silent for less than a lost socket is hidden, and for longer.
            let silent_for = Duration::from_millis(u64::from(choice / 16 % 3) * 1_500);
            Input::MediaLost { user, seat, silent_for }
        } else {
            Input::MediaReady { user, seat }
        }
    }

    /// What a device says about its direct link: mostly one that is awaited.
    fn word_of_link(&self, user: UserId, device: DeviceId, choice: u8) -> Input {
        let mut joined = self.watched.call.state().joined();
        let waiting = joined.find(|one| !one.seat.direct_ready && choice >= 64);
        let waiting = waiting.and_then(|one| Some((one.user, one.seat.device.clone()?)));
        let (user, device) = waiting.unwrap_or((user, device));
        Input::DirectReady { user, device }
    }

    pub(super) fn input_of(&mut self, act: Act) -> Option<Input> {
        let [_, who, whom, number, action, choice] = act;
        let person = u128::from(who) % self.people;
        let (user_id, other) = (user(person), user(u128::from(whom) % self.people));
        let device = self.device(person, usize::from(number) % self.devices_each);
        let (user, up) = (user_id, self.up.contains(&(user_id, device.clone())));
        let input = match action % 40 {
            0..=4 => {
                let device = (choice & 7 != 7).then_some(device);
                let live = self.alive(user, device.as_ref());
                let media = patch_of(choice >> 4);
                let role = role_of(choice);
                let role = if role == Role::Host { Role::Member } else { role };
                let admission = (choice & 8 != 0).then_some(Admission { role });
                let take_over = choice & 3 == 3;
                Input::Answer { user, device, take_over, live, media, admission }
            }
            5 if up => Input::JoinOnActivation { user, device },
            6 | 7 => {
                let busy = choice % 5 == 0;
                let reason = if busy { RejectReason::Busy } else { RejectReason::Declined };
                Input::Reject { user, reason }
            }
            8 => Input::End { user },
            9 => Input::Leave { user },
            10 | 11 => Input::ChangeMedia { user, patch: patch_of(choice) },
            12 if self.any_up(user) => Input::RingDelivered { user },
            13..=15 => {
                self.up.insert((user, device.clone()));
                Input::DeviceUp { user, device }
            }
            16..=18 => {
                self.up.remove(&(user, device.clone()));
                Input::DeviceDown { user, device, others_up: self.any_up(user) }
            }
            19 if up => {
                let number = self.watched.call.state().participant(user).map(|me| me.seat.number);
                let old = u32::from(choice % 4 == 0);
                Input::Resume { user, device, seat: number.unwrap_or(1).saturating_sub(old) }
            }
            20 | 21 if up => Input::Signalled { user, device },
            22 | 23 if up => Input::ReportTransport { user, device, failed: choice % 5 != 0 },
            24 if other != user => {
                let reach = if choice % 7 == 0 { Reach::Blocked } else { Reach::Open };
                let invitees = vec![Invitee { user: other, reach, busy: choice % 3 == 0 }];
                Input::Invite { by: user, invitees }
            }
            25 => Input::Remove { by: (choice % 3 != 0).then_some(user), user: other },
            26 | 27 => Input::SetRole { by: user, user: other, role: role_of(choice) },
            28 => Input::Mute { by: user, user: other },
            32..=35 => self.word_of_media(user, choice),
            36 | 37 => self.word_of_link(user, device, choice),
            38 => {
                let user = if choice % 4 == 0 { other } else { user };
                Input::RaiseHand { by: user_id, user, raised: choice & 0x10 == 0 }
            }
            39 if choice % 2 == 0 => Input::React { user },
            39 => Input::AskToUnmute { by: user, user: other },
            29 => match choice {
                0..=99 => Input::Replace { user },
                100..=199 => {
                    self.up.clear();
                    self.restarted_at = Some(self.now);
                    Input::ServerRestarted
                }
                _ => {
                    let reasons = EndReason::ALL;
                    Input::Terminate { reason: reasons[usize::from(choice) % reasons.len()] }
                }
            },
            _ => return None,
        };
        Some(input)
    }
}

fn role_of(byte: u8) -> Role {
    Role::ALL[usize::from(byte) % Role::ALL.len()]
}

fn patch_of(byte: u8) -> MediaPatch {
    let part = |shift: u8| match (byte >> shift) & 3 {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    };
    MediaPatch { audio_enabled: part(0), video_enabled: part(2), screen_sharing: part(4) }
}
