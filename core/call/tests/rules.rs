//! Rules that once did not hold, each with the shortest way there.

use std::time::Duration;

use call::{
    Admission, BusyPolicy, CallStatus, Capabilities, Capability, Effect, EndReason, Event, Input,
    Invitee, Link, MediaPatch, ParticipantStatus, Policy, Reach, Refusal, RejectReason, Reply,
    Role, StopReason, own_duration,
};
use testkit::{WatchedCall, at, device, direct_call, group_call, invitee, user};

const MEMBER: Option<Admission> = Some(Admission { role: Role::Member });

fn answer(number: u128) -> Input {
    Input::Answer {
        user: user(number),
        device: Some(device(number, 0)),
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: None,
    }
}

fn group(callees: u128) -> WatchedCall {
    WatchedCall::start(at(0), group_call(callees), Policy::default())
}

fn waits(number: u128) -> Input {
    Input::JoinOnActivation { user: user(number), device: device(number, 0) }
}

#[test]
fn a_newcomer_who_may_not_join_leaves_no_trace() {
    let withheld = Capabilities::of(&[Capability::Join]);
    let policy = Policy { withheld, ..Policy::default() };
    let mut call = WatchedCall::start(at(0), group_call(1), policy);
    call.input(at(1), Input::SetRole { by: user(0), user: user(1), role: Role::CoHost }).unwrap();
    call.input(at(2), answer(1)).unwrap();
    let newcomer = Input::Answer {
        user: user(7),
        device: None,
        take_over: false,
        live: true,
        media: MediaPatch::default(),
        admission: MEMBER,
    };
    let refused = call.input(at(3), newcomer);
    assert_eq!(refused, Err(Refusal::Forbidden(Capability::Join)));
}

#[test]
fn somebody_who_blocked_the_caller_and_joins_anyway_is_heard() {
    let mut new = group_call(2);
    new.invitees[1].reach = Reach::Blocked;
    let mut call = WatchedCall::start(at(0), new, Policy::default());
    call.input(at(1), answer(1)).unwrap();
    let Input::Answer { user, device, take_over, live, media, .. } = answer(2) else { return };
    call.input(at(2), Input::Answer { user, device, take_over, live, media, admission: MEMBER })
        .unwrap();
    let media = call.call.state().participant(user).unwrap().media;
    assert!(media.audio_enabled && media.video_enabled);
}

#[test]
fn a_device_that_waits_for_a_call_already_answered_joins_at_once() {
    let mut call = group(2);
    call.input(at(1), answer(1)).unwrap();
    assert_eq!(call.input(at(2), waits(2)), Ok(Reply::Done));
    assert_eq!(call.status_of(user(2)), Some(ParticipantStatus::Joined));
}

#[test]
fn a_callee_who_calls_back_answers() {
    let mut call = WatchedCall::start(at(0), direct_call(), Policy::default());
    assert_eq!(call.input(at(1), waits(1)), Ok(Reply::Done));
    assert_eq!(call.call.state().status, CallStatus::Active);
}

#[test]
fn who_declined_and_then_waits_joins_on_activation() {
    let mut call = group(2);
    call.input(at(1), Input::Reject { user: user(1), reason: RejectReason::Declined }).unwrap();
    assert_eq!(call.input(at(2), waits(1)), Ok(Reply::Waiting));
    call.input(at(3), answer(2)).unwrap();
    assert_eq!(call.status_of(user(1)), Some(ParticipantStatus::Joined));
}

#[test]
fn a_removed_member_cannot_wait_for_the_call() {
    let mut call = group(2);
    call.input(at(1), Input::Remove { by: None, user: user(1) }).unwrap();
    assert_eq!(call.input(at(2), waits(1)), Err(Refusal::Removed));
}

#[test]
fn who_waits_for_the_call_does_not_make_it_ring_longer() {
    let mut call = group(1);
    call.input(at(40_000), waits(2)).unwrap();
    call.run_until(at(45_000));
    assert_eq!(call.call.state().status, CallStatus::Missed);
}

#[test]
fn who_waits_for_the_call_does_not_keep_it_open_when_all_callees_declined() {
    let mut call = group(1);
    call.input(at(1), waits(2)).unwrap();
    call.input(at(2), Input::Reject { user: user(1), reason: RejectReason::Declined }).unwrap();
    assert_eq!(call.call.state().status, CallStatus::Rejected);
}

#[test]
fn what_was_held_for_who_waited_is_delivered_on_activation() {
    let mut call = group(1);
    call.input(at(1), waits(2)).unwrap();
    call.input(at(2), answer(1)).unwrap();
    assert!(call.effects().any(|one| *one == Effect::ReleaseHeld { user: user(2) }));
}

#[test]
fn a_waiting_device_that_went_away_does_not_join() {
    let mut call = group(1);
    call.input(at(1), waits(2)).unwrap();
    let (user_2, gone) = (user(2), device(2, 0));
    call.input(at(2), Input::DeviceDown { user: user_2, device: gone, others_up: false }).unwrap();
    call.input(at(3), answer(1)).unwrap();
    assert_eq!(call.status_of(user_2), Some(ParticipantStatus::Invited));
}

#[test]
fn a_wish_to_join_does_not_outlive_a_restart() {
    let mut call = group(1);
    call.input(at(1), waits(2)).unwrap();
    call.input(at(2), Input::ServerRestarted).unwrap();
    call.input(at(3), answer(1)).unwrap();
    assert_eq!(call.status_of(user(2)), Some(ParticipantStatus::Invited));
}

#[test]
fn a_right_to_join_is_asked_for_before_waiting() {
    let withheld = Capabilities::of(&[Capability::Join]);
    let mut call =
        WatchedCall::start(at(0), group_call(1), Policy { withheld, ..Policy::default() });
    assert_eq!(call.input(at(1), waits(2)), Err(Refusal::Forbidden(Capability::Join)));
}

#[test]
fn a_take_over_by_a_device_without_a_socket_is_given_up_like_any_lost_device() {
    let mut call = WatchedCall::start(at(0), direct_call(), Policy::default());
    call.input(at(1), answer(1)).unwrap();
    let asleep = Input::Answer {
        user: user(1),
        device: Some(device(1, 1)),
        take_over: true,
        live: false,
        media: MediaPatch::default(),
        admission: None,
    };
    call.input(at(1_000), asleep).unwrap();
    call.run_until(at(31_000));
    assert_eq!(call.call.state().end_reason, Some(EndReason::ConnectionLost));
}

#[test]
fn a_device_named_after_the_accept_without_a_socket_counts_as_lost() {
    let mut call = WatchedCall::start(at(0), direct_call(), Policy::default());
    for (when, device) in [(1, None), (2, Some(device(1, 1)))] {
        let live = device.is_none();
        let (user, media) = (user(1), MediaPatch::default());
        let ask = Input::Answer { user, device, take_over: false, live, media, admission: None };
        call.input(at(when), ask).unwrap();
    }
    let link = call.call.state().participant(user(1)).unwrap().seat.link;
    assert_eq!(link, Link::Dropped { since: at(2) });
}

#[test]
fn an_invitation_does_not_change_the_role_of_who_was_in_the_call_before() {
    let mut call = group(2);
    call.input(at(1), Input::SetRole { by: user(0), user: user(2), role: Role::Guest }).unwrap();
    call.input(at(2), answer(1)).unwrap();
    call.input(at(3), answer(2)).unwrap();
    call.input(at(4), Input::Leave { user: user(2) }).unwrap();
    call.input(at(5), Input::Invite { by: user(1), invitees: vec![invitee(2)] }).unwrap();
    assert_eq!(call.call.state().participant(user(2)).unwrap().role, Role::Guest);
}

#[test]
fn an_invitation_keeps_the_media_state_the_others_know() {
    let mut call = group(2);
    call.input(at(1), answer(1)).unwrap();
    call.input(at(2), answer(2)).unwrap();
    let off = MediaPatch { video_enabled: Some(false), ..MediaPatch::default() };
    call.input(at(3), Input::ChangeMedia { user: user(2), patch: off }).unwrap();
    call.input(at(4), Input::Leave { user: user(2) }).unwrap();
    call.input(at(5), Input::Invite { by: user(1), invitees: vec![invitee(2)] }).unwrap();
}

#[test]
fn a_blocked_invitee_looks_invited_like_any_other() {
    let mut call = group(1);
    call.input(at(1), answer(1)).unwrap();
    let invitees = vec![Invitee { user: user(2), reach: Reach::Blocked, busy: false }];
    call.input(at(2), Input::Invite { by: user(0), invitees }).unwrap();
    assert_eq!(call.view.participants.len(), 3);
}

#[test]
fn an_invitation_stops_the_clock_of_who_is_alone() {
    let mut call = group(1);
    call.input(at(0), answer(1)).unwrap();
    call.input(at(0), Input::Leave { user: user(1) }).unwrap();
    call.run_until(at(599_000));
    call.input(at(599_000), Input::Invite { by: user(0), invitees: vec![invitee(2)] }).unwrap();
    call.run_until(at(601_000));
    assert_eq!(call.call.state().status, CallStatus::Active);
}

#[test]
fn a_removed_co_host_holds_no_right_any_more() {
    let mut call = group(2);
    call.input(at(1), Input::SetRole { by: user(0), user: user(1), role: Role::CoHost }).unwrap();
    call.input(at(2), Input::Remove { by: None, user: user(1) }).unwrap();
    assert_eq!(call.input(at(3), Input::End { user: user(1) }), Ok(Reply::Left));
    call.input(at(4), answer(2)).unwrap();
    assert_eq!(call.input(at(5), Input::End { user: user(1) }), Ok(Reply::Left));
    let muted = call.input(at(6), Input::Mute { by: user(1), user: user(2) });
    assert_eq!(muted, Err(Refusal::Forbidden(Capability::MuteOthers)));
}

#[test]
fn the_removal_of_who_declined_is_told_to_the_others() {
    let mut call = group(2);
    call.input(at(1), Input::Reject { user: user(1), reason: RejectReason::Declined }).unwrap();
    call.input(at(2), Input::Remove { by: None, user: user(1) }).unwrap();
    assert!(call.events().any(|one| matches!(one, Event::Left { .. })));
}

#[test]
fn the_removal_of_who_still_rings_does_not_prolong_an_empty_call() {
    let mut call = group(2);
    call.input(at(0), answer(1)).unwrap();
    call.input(at(0), Input::Leave { user: user(0) }).unwrap();
    call.input(at(0), Input::Leave { user: user(1) }).unwrap();
    call.input(at(19_000), Input::Remove { by: None, user: user(2) }).unwrap();
    call.run_until(at(20_000));
    assert_eq!(call.call.state().end_reason, Some(EndReason::LastLeft));
}

#[test]
fn devices_of_who_is_busy_by_their_own_word_stop_ringing() {
    let mut call = group(2);
    call.input(at(1), Input::Reject { user: user(1), reason: RejectReason::Busy }).unwrap();
    let stop = Effect::StopRinging { user: user(1), except: None, reason: StopReason::Declined };
    assert!(call.effects().any(|one| *one == stop));
}

#[test]
fn only_who_is_in_the_call_replaces_it() {
    let mut call = group(2);
    assert_eq!(call.input(at(1), Input::Replace { user: user(1) }), Err(Refusal::NotJoined));
    call.input(at(2), answer(2)).unwrap();
    assert_eq!(call.input(at(3), Input::Replace { user: user(1) }), Err(Refusal::NotJoined));
}

#[test]
fn a_former_host_keeps_no_camera_that_members_may_not_have() {
    let withheld = Capabilities::of(&[Capability::Camera]);
    let mut call =
        WatchedCall::start(at(0), group_call(1), Policy { withheld, ..Policy::default() });
    call.input(at(1), answer(1)).unwrap();
    call.input(at(2), Input::SetRole { by: user(0), user: user(1), role: Role::Host }).unwrap();
    assert!(!call.call.state().participant(user(0)).unwrap().media.video_enabled);
}

#[test]
fn when_a_reloaded_page_takes_an_unbound_seat_the_other_devices_stop_ringing() {
    let mut call = WatchedCall::start(at(0), direct_call(), Policy::default());
    let Input::Answer { user, take_over, live, media, admission, .. } = answer(1) else { return };
    let unnamed = Input::Answer { user, device: None, take_over, live, media, admission };
    call.input(at(1), unnamed).unwrap();
    call.input(at(2), Input::Resume { user, device: device(1, 1), seat: 1 }).unwrap();
    let (except, reason) = (Some(device(1, 1)), StopReason::AnsweredElsewhere);
    assert!(
        call.effects()
            .any(|one| *one == Effect::StopRinging { user, except: except.clone(), reason })
    );
}

#[test]
fn when_somebody_leaves_before_any_device_signalled_all_their_devices_stop_ringing() {
    let mut call = group(2);
    let Input::Answer { user, take_over, live, media, admission, .. } = answer(1) else { return };
    let unnamed = Input::Answer { user, device: None, take_over, live, media, admission };
    call.input(at(1), unnamed).unwrap();
    call.input(at(2), answer(2)).unwrap();
    call.input(at(3), Input::Leave { user }).unwrap();
    assert!(call.effects().any(|one| matches!(one, Effect::StopRinging { .. })));
}

#[test]
fn waiting_for_the_answer_is_no_talking_time_even_after_coming_back() {
    let mut call = group(2);
    call.input(at(40_000), answer(1)).unwrap();
    call.input(at(50_000), Input::Leave { user: user(0) }).unwrap();
    let Input::Answer { device, take_over, live, media, admission, .. } = answer(0) else { return };
    let back = Input::Answer { user: user(0), device, take_over, live, media, admission };
    call.input(at(100_000), back).unwrap();
    call.input(at(110_000), Input::End { user: user(1) }).unwrap();
    assert_eq!(own_duration(call.call.state(), user(0)), Duration::from_secs(20));
}

#[test]
fn somebody_who_answers_after_a_restart_is_somebody() {
    let mut call = group(3);
    call.input(at(0), answer(1)).unwrap();
    call.input(at(1), Input::ServerRestarted).unwrap();
    call.input(at(2), answer(2)).unwrap();
    call.run_until(at(60_001));
    let lost = Input::DeviceDown { user: user(2), device: device(2, 0), others_up: false };
    call.input(at(61_000), lost).unwrap();
    call.run_until(at(200_000));
    assert_eq!(call.call.state().end_reason, Some(EndReason::LastLeft));
}

#[test]
fn when_a_busy_callee_is_rejected_by_the_policy_a_waiting_bystander_changes_nothing() {
    let policy = Policy { busy: BusyPolicy::Reject, ..Policy::default() };
    let mut new = group_call(2);
    new.invitees[0].busy = true;
    let mut call = WatchedCall::start(at(0), new, policy);
    call.input(at(1), waits(3)).unwrap();
    call.input(at(2), Input::Reject { user: user(2), reason: RejectReason::Busy }).unwrap();
    assert_eq!(call.call.state().end_reason, Some(EndReason::Busy));
}

#[test]
fn nothing_reaches_who_blocked_the_caller_not_even_the_end_of_a_ring() {
    let mut new = group_call(2);
    new.invitees[1].reach = Reach::Blocked;
    let mut call = WatchedCall::start(at(0), new, Policy::default());
    call.input(at(1), Input::End { user: user(0) }).unwrap();
    let to_them =
        |one: &Effect| matches!(one, Effect::StopRinging { user: to, .. } if *to == user(2));
    assert!(!call.effects().any(to_them));
}
