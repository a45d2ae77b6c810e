//! Hands, reactions and requests to speak: who may, and who hears of it.

use serde_json::json;
use wire::Code;
use wire::body::RoleRequest;
use wire::event::{HandEvent, ReactEvent};

use crate::trio::Trio;

fn react(trio: &Trio) -> ReactEvent {
    let body = json!({ "callId": trio.call.to_string(), "reaction": "👍" });
    serde_json::from_value(body).expect("a good reaction")
}

fn hand(trio: &Trio, raised: bool, whose: Option<usize>) -> HandEvent {
    let mut body = json!({ "callId": trio.call.to_string(), "raised": raised });
    if let Some(index) = whose {
        body["userId"] = json!(trio.users[index].to_string());
    }
    serde_json::from_value(body).expect("a good sign")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reaction_is_shown_on_the_device_of_everybody_in_the_call_and_not_kept() {
    let trio = Trio::through_the_server().await;
    let phone = trio.world.connect(trio.users[2], "phone");
    let board = &trio.world.board;
    board.leave(&trio.tabs[0].actor, trio.call).await.unwrap();
    board.react(&trio.tabs[1].actor, react(&trio)).await.unwrap();
    let expected = json!({
        "callId": trio.call.to_string(), "userId": trio.users[1].to_string(), "reaction": "👍",
    });
    for tab in &trio.tabs[1..] {
        assert_eq!(tab.hears("call:reaction").await, expected);
    }
    for device in [&trio.tabs[0], &phone] {
        assert!(!device.names().contains(&"call:reaction"), "{:?}", device.names());
    }
    let logged = board.events(trio.users[1], trio.call, 0, 100).await.unwrap().events;
    assert!(logged.iter().all(|event| event.name != "call:reaction"));
    let outside = board.react(&trio.tabs[0].actor, react(&trio)).await.unwrap_err();
    assert_eq!(outside.code, Code::NotJoined);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hands_go_up_by_their_owner_and_down_also_by_who_may_mute() {
    let trio = Trio::through_the_server().await;
    let board = &trio.world.board;
    for index in [2, 1] {
        board.hand(&trio.tabs[index].actor, hand(&trio, true, None)).await.unwrap();
    }
    let shown = board.get(trio.users[0], trio.call).await.unwrap().call;
    let raised = |index: usize| {
        let user = trio.users[index];
        shown.participants.iter().find(|one| one.user_id.0 == user).unwrap().hand_raised_at
    };
    assert!(raised(0).is_none() && raised(2).unwrap().0 <= raised(1).unwrap().0);

    let refused = board.hand(&trio.tabs[1].actor, hand(&trio, false, Some(2))).await.unwrap_err();
    assert_eq!(refused.code, Code::CapabilityMissing);
    board.hand(&trio.tabs[0].actor, hand(&trio, false, Some(2))).await.unwrap();
    let lowered =
        trio.tabs[1].hears_that("call:hand-changed", |event| event["raisedAt"].is_null()).await;
    assert_eq!(lowered["userId"], trio.users[2].to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_mute_others_asks_somebody_to_speak_and_only_their_device_hears_it() {
    let trio = Trio::through_the_server().await;
    let board = &trio.world.board;
    let phone = trio.world.connect(trio.users[1], "phone");
    let ask = |by: usize, whom: usize| {
        board.ask_to_unmute(&trio.tabs[by].actor, trio.call, trio.users[whom])
    };
    assert_eq!(ask(2, 1).await.unwrap_err().code, Code::CapabilityMissing);
    board.mute_participant(&trio.tabs[0].actor, trio.call, trio.users[1]).await.unwrap();
    ask(0, 1).await.unwrap();
    let asked = trio.tabs[1].hears("call:unmute-requested").await;
    let by = trio.users[0].to_string();
    assert_eq!(asked, json!({ "callId": trio.call.to_string(), "byUserId": by }));
    for device in [&trio.tabs[0], &trio.tabs[2], &phone] {
        assert!(!device.names().contains(&"call:unmute-requested"));
    }
    let shown = board.get(trio.users[1], trio.call).await.unwrap().call;
    let ben = shown.participants.iter().find(|one| one.user_id.0 == trio.users[1]).unwrap();
    assert!(!ben.media_state.audio_enabled, "asking unmutes nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_reacts_to_nothing_and_raises_no_hand() {
    let trio = Trio::through_the_server().await;
    let board = &trio.world.board;
    let recorder: RoleRequest = serde_json::from_value(json!({ "role": "recorder" })).unwrap();
    board.set_role(&trio.tabs[0].actor, trio.call, trio.users[1], recorder).await.unwrap();
    let reacted = board.react(&trio.tabs[1].actor, react(&trio)).await.unwrap_err();
    let raised = board.hand(&trio.tabs[1].actor, hand(&trio, true, None)).await.unwrap_err();
    assert_eq!([reacted.code, raised.code], [Code::CapabilityMissing; 2]);
}
