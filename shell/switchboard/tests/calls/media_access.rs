//! Who may send media for a call: what the media servers are told, and who gets credentials.

use call::CallStatus;
use switchboard::Actor;
use vocab::{CallId, UserId};
use wire::Code;
use wire::body::{AnswerRequest, InviteRequest, RejectRequest};

use crate::harness::{Couple, World, video};

fn sorted(mut users: Vec<UserId>) -> Vec<UserId> {
    users.sort_unstable();
    users
}

async fn credentials_of(world: &World, user: UserId, call: CallId) -> Result<String, Code> {
    let actor = Actor { user, device: None };
    let answer = world.board.turn_credentials(&actor, Some(call)).await;
    answer.map(|answer| answer.credentials.username).map_err(|failure| failure.code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_ring_may_send_media_from_the_start_and_nobody_after_the_end() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    let both = sorted(vec![couple.ann, couple.ben]);
    assert_eq!(couple.world.media.told(), [(id, both)]);

    couple.answer(id).await;
    assert_eq!(couple.world.media.told(), [], "the accept changes nothing about it");
    couple.world.board.end(&couple.ben_tab.actor, id).await.unwrap();
    assert_eq!(couple.world.media.told(), [(id, Vec::new())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_declines_leaves_or_is_removed_may_send_no_media_until_they_are_back() {
    let world = World::new().await;
    let people = [world.person("Ann").await, world.person("Ben").await, world.person("Cem").await];
    let [ann, ben, cem] = people;
    let tabs = people.map(|user| world.connect(user, &format!("tab-{user}")[..20]));
    let [ann_tab, ben_tab, cem_tab] = &tabs;
    let group = world.conversation(&people).await;
    let started = world.board.initiate(&ann_tab.actor, video(group), None).await.unwrap();
    let id = started.call_id.0;
    assert_eq!(world.media.told(), [(id, sorted(people.to_vec()))]);

    world.board.reject(&cem_tab.actor, id, RejectRequest::default()).await.unwrap();
    assert_eq!(world.media.told(), [(id, sorted(vec![ann, ben]))]);
    assert!(
        credentials_of(&world, cem, id).await.is_ok(),
        "for a late join; they relay nothing yet"
    );

    for tab in [ben_tab, cem_tab] {
        world.board.answer(&tab.actor, id, AnswerRequest::default()).await.unwrap();
    }
    assert_eq!(world.media.told(), [(id, sorted(people.to_vec()))]);
    assert!(credentials_of(&world, cem, id).await.unwrap().ends_with(&id.to_string()));

    world.board.leave(&cem_tab.actor, id).await.unwrap();
    assert_eq!(world.media.told(), [(id, sorted(vec![ann, ben]))]);
    assert!(
        credentials_of(&world, cem, id).await.is_ok(),
        "for a late join; they relay nothing yet"
    );

    world.board.remove_participant(&ann_tab.actor, id, ben).await.unwrap();
    assert_eq!(world.media.told().last(), Some(&(id, vec![ann])));
    assert_eq!(credentials_of(&world, ben, id).await, Err(Code::Removed));
    assert!(credentials_of(&world, ann, id).await.is_ok());

    let again = InviteRequest { user_ids: vec![ben.into()] };
    world.board.invite(&ann_tab.actor, id, again).await.unwrap();
    assert_eq!(world.media.told(), [(id, sorted(vec![ann, ben]))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_of_a_call_are_for_those_in_it_and_name_it() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    let world = &couple.world;
    for user in [couple.ann, couple.ben] {
        let username = credentials_of(world, user, id).await.unwrap();
        assert!(username.ends_with(&format!(":{user}:{id}")), "{username}");
    }
    let outsider = world.person("Cem").await;
    assert_eq!(credentials_of(world, outsider, id).await, Err(Code::CallNotFound));

    world.board.end(&couple.ann_tab.actor, id).await.unwrap();
    let refused = world.board.turn_credentials(&couple.ann_tab.actor, Some(id)).await.unwrap_err();
    assert_eq!(refused.code, Code::CallEnded);
    assert_eq!(refused.call.unwrap().status.0, CallStatus::Missed);
    let unbound = world.board.turn_credentials(&couple.ann_tab.actor, None).await.unwrap();
    assert!(unbound.credentials.username.ends_with(&format!(":{}", couple.ann)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_the_media_servers_are_told_of_the_calls_that_go_on() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.answer(id).await;
    couple.world.media.told();

    let second = couple.world.restarted();
    second.recover().await.unwrap();
    assert_eq!(couple.world.media.told(), [(id, sorted(vec![couple.ann, couple.ben]))]);
}
