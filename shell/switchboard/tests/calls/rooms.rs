//! Who is let into the room of a call, with which rights, and when nobody is any more.

use std::time::Duration;

use serde_json::json;
use sfu::{Order, Rights};
use wire::body::{MediaRequest, RoleRequest};

use crate::trio::{AT_FIRST, Trio};

const LONG: Duration = Duration::from_secs(600);

fn media(change: serde_json::Value) -> MediaRequest {
    serde_json::from_value(change).expect("a good change")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_need_no_room_and_a_third_brings_all_of_them_into_one() {
    let trio = Trio::before_the_third(LONG).await;
    assert_eq!(trio.orders(), []);
    trio.answer(2).await;
    assert_eq!(trio.orders(), [0, 1, 2].map(|index| trio.admits(index, AT_FIRST)));
    let changed = trio.tabs[0].hears("call:topology-changed").await;
    assert_eq!(changed["topology"], "upgrading");

    trio.ready(&[0, 1, 2]).await;
    for tab in &trio.tabs {
        tab.hears_that("call:topology-changed", |event| event["topology"] == "sfu").await;
    }
    assert_eq!(trio.orders(), [], "they are in already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_third_gets_no_media_the_two_go_on_and_the_room_is_closed() {
    let trio = Trio::before_the_third(Duration::from_millis(300)).await;
    trio.answer(2).await;
    assert_eq!(trio.orders().len(), 3);
    trio.ready(&[0, 1]).await;
    let left = trio.tabs[0].hears("call:participant-left").await;
    assert_eq!(left["userId"], trio.users[2].to_string());
    assert_eq!(left["reason"], "connection-failed");
    trio.tabs[1].hears_that("call:topology-changed", |event| event["topology"] == "mesh").await;
    assert_eq!(trio.orders(), [Order::Close]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_may_send_is_their_right_and_their_own_switch_together() {
    let trio = Trio::through_the_server().await;
    assert_eq!(trio.orders(), [0, 1, 2].map(|index| trio.admits(index, AT_FIRST)));
    let (board, ann) = (&trio.world.board, &trio.tabs[0].actor);
    let [_, ben, cem] = &trio.tabs;

    board.media(&ben.actor, trio.call, media(json!({ "audioEnabled": false }))).await.unwrap();
    let silent = Rights { microphone: false, ..AT_FIRST };
    assert_eq!(trio.orders(), [trio.admits(1, silent)]);
    board.media(&ben.actor, trio.call, media(json!({ "screenSharing": true }))).await.unwrap();
    let sharing = Rights { screen: true, screen_audio: true, ..silent };
    assert_eq!(trio.orders(), [trio.admits(1, sharing)]);

    board.mute_participant(ann, trio.call, trio.users[2]).await.unwrap();
    assert_eq!(trio.orders(), [trio.admits(2, silent)]);
    board.media(&cem.actor, trio.call, media(json!({ "audioEnabled": true }))).await.unwrap();
    assert_eq!(trio.orders(), [trio.admits(2, AT_FIRST)]);

    let viewer: RoleRequest = serde_json::from_value(json!({ "role": "viewer" })).unwrap();
    board.set_role(ann, trio.call, trio.users[2], viewer).await.unwrap();
    assert_eq!(trio.orders(), [trio.admits(2, Rights::default())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_or_is_removed_is_out_before_anybody_hears_of_it() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let (board, ann) = (&trio.world.board, &trio.tabs[0].actor);
    board.leave(&trio.tabs[1].actor, trio.call).await.unwrap();
    assert_eq!(trio.orders(), [Order::Dismiss { user: trio.users[1] }]);
    board.remove_participant(ann, trio.call, trio.users[2]).await.unwrap();
    assert_eq!(trio.orders(), [Order::Dismiss { user: trio.users[2] }]);

    trio.answer(1).await;
    let again = Order::Admit { user: trio.users[1], seat: 2, rights: AT_FIRST };
    assert_eq!(trio.orders(), [again], "another stay is another seat");
    board.end(ann, trio.call).await.unwrap();
    assert_eq!(trio.orders(), [Order::Close]);
    assert_eq!(trio.orders(), [], "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tab_that_takes_the_seat_of_another_finds_a_room_without_the_other() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let second = trio.world.connect(trio.users[1], "tab-b2");
    let request = serde_json::from_value(json!({ "takeOver": true })).unwrap();
    trio.world.board.answer(&second.actor, trio.call, request).await.unwrap();
    let user = trio.users[1];
    let in_again = Order::Admit { user, seat: 2, rights: AT_FIRST };
    assert_eq!(trio.orders(), [Order::Dismiss { user }, in_again]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_the_socket_stays_in_the_room() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    trio.tabs[1].disconnect();
    trio.tabs[0].hears("call:participant-reconnecting").await;
    assert_eq!(trio.orders(), []);
}
