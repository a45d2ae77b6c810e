//! What is loaded is what was stored, whatever it was.

use std::time::Duration;

use call::{
    CallKind, CallState, CallStatus, CallView, Capabilities, Capability, EndReason, Input,
    LeaveReason, Link, MediaPatch, MediaState, MediaUse, Participant, ParticipantStatus,
    RejectReason, Ring, RingMode, Role, Seat, Shape, Times, Topology,
};
use vocab::{UnixMillis, UserId};

use crate::database::{START, TestDatabase, id};
use crate::driver::{Driver, answer_with, invitee, named_device, new_call, storable};

pub(crate) async fn every_variant_survives_storage(database: &TestDatabase) {
    let people = database.people::<3>().await;
    let store = &database.store;
    for number in 0..96 {
        let conversation = database.group(&people).await;
        let state = varied(number, conversation, &people);
        let version = store.insert_call(&state, Some(START), &[]).await.unwrap();
        let stored = store.load_call(state.id).await.unwrap().unwrap();
        assert_eq!(stored.state, state, "state {number}");
        assert_eq!(stored.version, version);

        let mut after = varied(number + 7, conversation, &people);
        after.id = state.id;
        (after.shape, after.kind, after.initiated_by) =
            (state.shape, state.kind, state.initiated_by);
        (after.times.ring, after.times.created_at) = (state.times.ring, state.times.created_at);
        after.metadata.clone_from(&state.metadata);
        store.save_call(version, &state, &after, None, &[]).await.unwrap();
        let stored = store.load_call(state.id).await.unwrap().unwrap();
        assert_eq!(stored.state, after, "state {number} changed");
    }
}

/// Goes through all words of all enums as `number` grows.
fn varied(number: usize, conversation: vocab::ConversationId, people: &[UserId; 3]) -> CallState {
    let at = |offset: usize| UnixMillis::from_millis(START.as_millis() + offset as i64 * 37);
    let some = |offset: usize| (!(number + offset).is_multiple_of(3)).then(|| at(number + offset));
    CallState {
        id: id(),
        conversation,
        shape: pick(Shape::ALL, number),
        kind: pick(CallKind::ALL, number),
        status: pick(CallStatus::ALL, number),
        initiated_by: people[number % 3],
        host: people[(number + 1) % 3],
        topology: pick(Topology::ALL, number / 2),
        seq: (number * 1_000_000_007) as u64,
        times: Times {
            created_at: at(number),
            started_at: some(1),
            ended_at: some(2),
            ring: Duration::from_millis(5_000 + number as u64),
            empty_until: some(3),
            alone_until: some(4),
            topology_until: some(5),
            without_media_until: some(6),
        },
        used: MediaUse { video: number.is_multiple_of(2), screen: number.is_multiple_of(3) },
        end_reason: (!number.is_multiple_of(5)).then(|| pick(EndReason::ALL, number)),
        ended_by: number.is_multiple_of(2).then_some(people[2]),
        metadata: number.is_multiple_of(4).then(|| format!("{{ \"n\":{number} }}")),
        participants: (0..people.len())
            .map(|place| participant(number * 3 + place, people[place], &some))
            .collect(),
    }
}

fn participant(
    number: usize,
    user: UserId,
    some: &impl Fn(usize) -> Option<UnixMillis>,
) -> Participant {
    let links = [
        Link::Up,
        Link::Dropped { since: START },
        Link::Reconnecting { until: START + Duration::from_secs(30) },
        Link::Unheard { since: START },
        Link::Silent { until: START + Duration::from_secs(30) },
    ];
    let device = || named_device(&format!("device-{}", id::<vocab::RowId>()));
    Participant {
        user,
        role: pick(Role::ALL, number),
        status: pick(ParticipantStatus::ALL, number),
        media: MediaState {
            audio_enabled: number & 1 == 0,
            video_enabled: number & 2 == 0,
            screen_sharing: number & 4 == 0,
        },
        ring: Ring {
            mode: pick(RingMode::ALL, number),
            expires_at: some(number),
            busy: number.is_multiple_of(3),
            joins_on_activation: number.is_multiple_of(4).then(device),
        },
        seat: Seat {
            device: (!number.is_multiple_of(3)).then(device),
            number: u32::MAX - u32::try_from(number).unwrap(),
            link: pick(&links, number),
            since: some(number + 1),
            transport_failed: false,
            media_ready: number % 3 == 1,
            direct_ready: false,
            in_mesh: number.is_multiple_of(2),
        },
        hand_raised_at: some(number + 4),
        joined_at: some(number + 2),
        left_at: some(number + 3),
        left_reason: (!number.is_multiple_of(3)).then(|| pick(LeaveReason::ALL, number)),
        reject_reason: (number % 3 == 1).then(|| pick(RejectReason::ALL, number / 3)),
        earlier_stays: Duration::from_millis(number as u64 * 999),
        missed_entry: number.is_multiple_of(2),
        granted: Capabilities::of(&[pick(Capability::ALL, number)]),
        denied: Capabilities::ALL.without(Capabilities::of(&[pick(Capability::ALL, number)])),
    }
}

fn pick<T: Copy>(all: &[T], number: usize) -> T {
    all[number % all.len()]
}

pub(crate) async fn random_lives_of_calls_survive_every_save(database: &TestDatabase) {
    let people = database.people::<4>().await;
    for seed in 1..=12_u64 {
        let group = database.group(&people).await;
        let invited = if seed % 3 == 0 { 2 } else { 4 };
        let mut call =
            Driver::start_with(&database.store, new_call(group, &people[..invited]), START)
                .await
                .unwrap();
        let mut random = Random(seed);
        for step in 0..80 {
            call.wait(random.below(9_000));
            if random.below(6) == 0 {
                call.timeout().await;
            } else {
                let input = input(&mut random, &people, seed);
                // Refusals are part of life; they change nothing.
                let _refused = call.input(input).await;
            }
            let stored = database.store.load_call(call.id()).await.unwrap().unwrap();
            assert_eq!(stored.state, storable(call.state()), "seed {seed}, step {step}");
            assert_eq!(stored.version, call.version);
            assert_eq!(CallView::of(&stored.state), view(&call), "seed {seed}, step {step}");
        }
        call.must(Input::Terminate { reason: EndReason::InternalError }).await;
        call.assert_stored().await;
        let events = database.store.events_after(call.id(), 0, 10_000).await.unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=call.state().seq).collect::<Vec<u64>>(), "seed {seed}");
    }
}

/// The fold of the events.
fn view(call: &Driver) -> CallView {
    call.fold.clone()
}

fn input(random: &mut Random, people: &[UserId; 4], seed: u64) -> Input {
    let user = people[random.index(4)];
    let other = people[random.index(4)];
    let device = named_device(&format!("{user}-{}-{seed}", random.below(2)));
    let flag = random.below(2) == 0;
    match random.below(20) {
        0..=2 => answer_with(user, device),
        3 => Input::Answer {
            user,
            device: Some(device),
            take_over: true,
            live: flag,
            media: MediaPatch { audio_enabled: Some(flag), ..MediaPatch::default() },
            admission: None,
        },
        4 => Input::Reject { user, reason: pick(RejectReason::ALL, random.index(2)) },
        5 => Input::Leave { user },
        6 => Input::RingDelivered { user },
        7 => Input::DeviceUp { user, device },
        8 | 9 => Input::DeviceDown { user, device, others_up: flag },
        10 => Input::ChangeMedia {
            user,
            patch: MediaPatch { screen_sharing: Some(flag), ..MediaPatch::default() },
        },
        11 => Input::Invite { by: user, invitees: vec![invitee(other)] },
        12 => Input::SetRole { by: user, user: other, role: pick(Role::ALL, random.index(6)) },
        13 => Input::Mute { by: user, user: other },
        14 => Input::ServerRestarted,
        15 => Input::RaiseHand { by: user, user, raised: flag },
        16 | 17 => Input::MediaReady { user, seat: 1 },
        18 => Input::DirectReady { user, device },
        _ => Input::JoinOnActivation { user, device },
    }
}

/// Xorshift: the seed is in the message of a failure.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap()
    }
}
