//! What the media server says: to whom it goes, what counts for nothing, what is told again.

use serde_json::{Value, json};
use sfu::{ActiveLayers, Description, MediaPeer, Paused, Report, SlotKind, SlotView, SourceKind};
use vocab::UserId;

use crate::trio::{Trio, sdp};

fn slots(user: UserId, rev: u64, shows: UserId) -> Report {
    let slot =
        |mid: &str, kind, shows, paused| SlotView { mid: mid.to_owned(), kind, shows, paused };
    let slots = vec![
        slot("0", SlotKind::Audio, None, None),
        slot("1", SlotKind::Video, Some((shows, SourceKind::Camera)), Some(Paused::Bandwidth)),
    ];
    Report::Slots { user, rev, slots }
}

fn described(user: UserId, peer: MediaPeer, description: Description) -> Report {
    Report::Described { user, peer, negotiation: 7, description }
}

/// Waits until the call has taken in all that was said before.
async fn settled(trio: &Trio) {
    let request = serde_json::from_value(json!({ "audioEnabled": true })).expect("a good change");
    let done = trio.world.board.media(&trio.tabs[0].actor, trio.call, request).await;
    done.expect("Ann is in the call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn word_for_a_participant_goes_to_the_device_in_the_call_and_to_nobody_else() {
    let trio = Trio::through_the_server().await;
    let [_, ben, cem] = trio.users;
    let other = trio.world.connect(ben, "phone");
    let layers = ActiveLayers { source: SourceKind::Screen, rids: vec!["q", "f"] };
    trio.room_says(slots(ben, 3, cem)).await;
    trio.room_says(Report::Layers { user: ben, layers }).await;
    let (answer, offer) = (sdp("passive", "recvonly"), sdp("actpass", "sendonly"));
    let publisher = described(ben, MediaPeer::Publisher, Description::Answer(answer.clone()));
    trio.room_says(publisher).await;
    let subscriber = described(ben, MediaPeer::Subscriber, Description::Offer(offer.clone()));
    trio.room_says(subscriber).await;

    let call_id = trio.call.to_string();
    let tab = &trio.tabs[1];
    let heard = tab.hears("call:offer").await;
    let expected = json!({
        "callId": call_id, "fromUserId": "sfu", "offer": { "type": "offer", "sdp": offer },
        "negotiationId": 7, "transport": "subscriber",
    });
    assert_eq!(heard, expected);
    let expected = json!({
        "callId": call_id, "fromUserId": "sfu", "answer": { "type": "answer", "sdp": answer },
        "negotiationId": 7, "transport": "publisher",
    });
    assert_eq!(tab.hears("call:answer").await, expected);
    let shown = json!({
        "mid": "1", "kind": "video", "userId": cem.to_string(), "source": "camera",
        "paused": "bandwidth",
    });
    let free =
        json!({ "mid": "0", "kind": "audio", "userId": null, "source": null, "paused": null });
    let expected = json!({ "callId": call_id, "rev": 3, "slots": [free, shown] });
    assert_eq!(tab.hears("call:slots").await, expected);
    let expected = json!({ "callId": call_id, "source": "screen", "rids": ["q", "f"] });
    assert_eq!(tab.hears("call:layers").await, expected);

    let media = ["call:slots", "call:layers", "call:offer", "call:answer"];
    for device in [&trio.tabs[0], &trio.tabs[2], &other] {
        assert!(!device.names().iter().any(|name| media.contains(name)), "{:?}", device.names());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_is_told_to_everybody_in_the_call_and_only_of_those_in_it() {
    let trio = Trio::through_the_server().await;
    let [ann, ben, cem] = trio.users;
    trio.world.board.leave(&trio.tabs[2].actor, trio.call).await.unwrap();
    let stranger = trio.world.person("Dora").await;
    trio.room_says(Report::Speakers(vec![ben, stranger, cem, ann])).await;
    let expected = json!([ben.to_string(), ann.to_string()]);
    for tab in &trio.tabs[..2] {
        assert_eq!(tab.hears("call:speakers").await["userIds"], expected);
    }
    assert!(!trio.tabs[2].names().contains(&"call:speakers"));

    trio.answer(2).await;
    trio.room_says(Report::Ready { user: cem, seat: 2 }).await;
    assert_eq!(trio.tabs[2].hears("call:speakers").await["userIds"], expected, "they speak on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn word_about_strangers_about_former_seats_and_about_other_calls_counts_for_nothing() {
    let trio = Trio::before_the_third(std::time::Duration::from_secs(600)).await;
    trio.answer(2).await;
    let stranger = trio.world.person("Dora").await;
    let strangers_tab = trio.world.connect(stranger, "tab-d");
    trio.ready(&[0, 1]).await;
    trio.room_says(Report::Ready { user: trio.users[2], seat: 2 }).await;
    trio.room_says(Report::Ready { user: stranger, seat: 1 }).await;
    trio.room_says(slots(stranger, 1, trio.users[0])).await;
    let elsewhere = vocab::CallId::new(trio.world.board.clock().now(), rand::random());
    let report = Report::Ready { user: trio.users[2], seat: 1 };
    trio.world.board.media_report(elsewhere, report).await;
    settled(&trio).await;
    let topologies: Vec<Value> = trio.tabs[0]
        .heard()
        .into_iter()
        .filter(|(name, _)| *name == "call:topology-changed")
        .map(|(_, event)| event["topology"].clone())
        .collect();
    assert_eq!(topologies, ["upgrading"], "Cem has no media yet");
    assert_eq!(strangers_tab.names(), Vec::<&str>::new());

    trio.ready(&[2]).await;
    trio.tabs[0].hears_that("call:topology-changed", |event| event["topology"] == "sfu").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_comes_back_is_told_the_last_word_and_what_found_it_away() {
    let trio = Trio::through_the_server().await;
    let [_, ben, cem] = trio.users;
    trio.room_says(slots(ben, 1, ben)).await;
    trio.room_says(slots(ben, 2, cem)).await;
    trio.room_says(Report::Speakers(vec![cem])).await;
    trio.tabs[1].hears("call:speakers").await;
    trio.tabs[1].disconnect();
    trio.tabs[0].hears("call:participant-reconnecting").await;
    let layers = ActiveLayers { source: SourceKind::Camera, rids: vec![] };
    trio.room_says(Report::Layers { user: ben, layers }).await;
    for round in ["first", "second"] {
        let offer = sdp("actpass", "sendonly").replace("s=-", &format!("s={round}"));
        let offer = described(ben, MediaPeer::Subscriber, Description::Offer(offer));
        trio.room_says(offer).await;
    }
    settled(&trio).await;

    let back = trio.world.connect(ben, "tab-b");
    back.hears("call:speakers").await;
    let about_media: Vec<(&str, Value)> = back
        .heard()
        .into_iter()
        .filter(|(name, _)| {
            ["call:offer", "call:slots", "call:layers", "call:speakers"].contains(name)
        })
        .collect();
    let names: Vec<&str> = about_media.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["call:offer", "call:slots", "call:layers", "call:speakers"]);
    assert!(about_media[0].1["offer"]["sdp"].as_str().unwrap().contains("s=second"));
    assert_eq!(about_media[1].1["rev"], 2);
    assert_eq!(about_media[2].1["rids"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_description_that_the_media_server_cannot_use_is_told_to_its_sender() {
    let trio = Trio::through_the_server().await;
    let user = trio.users[1];
    let why = "no codec in common".to_owned();
    let peer = MediaPeer::Publisher;
    trio.room_says(Report::Refused { user, peer, negotiation: 1, why: why.clone() }).await;
    let told = trio.tabs[1].hears("call:error").await;
    assert_eq!(told["event"], "call:offer");
    assert_eq!(told["code"], "invalid_description");
    assert_eq!(told["message"], why);
    assert_eq!(told["callId"], trio.call.to_string());
    assert!(!trio.tabs[0].names().contains(&"call:error"));
}
