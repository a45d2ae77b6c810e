//! What devices tell the media server: which descriptions reach it, what is wanted, what broke.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sfu::{Description, MediaPeer, Order, SourceKind, Wanted};
use wire::Code;
use wire::event::{SentSignal, SubscribeEvent, TransportStateEvent};

use crate::trio::{Trio, offer, sdp};

/// A signal for the media server with other values of some fields.
fn changed(signal: &str, trio: &Trio, changes: &Value) -> SentSignal {
    let mut body = json!({
        "callId": trio.call.to_string(), "targetUserId": "sfu", "negotiationId": 4,
    });
    for (field, value) in changes.as_object().expect("an object") {
        body[field] = value.clone();
    }
    match signal {
        "offer" => SentSignal::Offer(serde_json::from_value(body).expect("a good offer")),
        "answer" => SentSignal::Answer(serde_json::from_value(body).expect("a good answer")),
        _ => SentSignal::Candidate(serde_json::from_value(body).expect("a good candidate")),
    }
}

fn subscribe(trio: &Trio, slots: &Value) -> SubscribeEvent {
    let body = json!({ "callId": trio.call.to_string(), "slots": slots });
    serde_json::from_value(body).expect("a good subscription")
}

fn transport(trio: &Trio, changes: &Value) -> TransportStateEvent {
    let mut body = json!({ "callId": trio.call.to_string(), "leg": "sfu" });
    for (field, value) in changes.as_object().expect("an object") {
        body[field] = value.clone();
    }
    serde_json::from_value(body).expect("a good report")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn descriptions_of_the_device_in_the_call_reach_the_media_server_in_order() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let (board, user) = (&trio.world.board, trio.users[1]);
    let publishing = sdp("actpass", "sendonly");
    let held = board.signal(&trio.tabs[1].actor, offer(trio.call, &publishing)).await.unwrap().held;
    assert!(!held);
    let receiving = sdp("active", "recvonly");
    let answer = json!({
        "answer": { "type": "answer", "sdp": receiving }, "transport": "subscriber",
    });
    board.signal(&trio.tabs[1].actor, changed("answer", &trio, &answer)).await.unwrap();
    let expected = [
        Order::Describe {
            user,
            peer: MediaPeer::Publisher,
            negotiation: 1,
            description: Description::Offer(publishing),
        },
        Order::Describe {
            user,
            peer: MediaPeer::Subscriber,
            negotiation: 4,
            description: Description::Answer(receiving),
        },
    ];
    assert_eq!(trio.orders(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_for_the_media_server_is_taken_and_of_no_use() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let line = "candidate:1 1 udp 2113937151 192.0.2.1 10000 typ host";
    for candidate in [json!({ "candidate": line, "sdpMid": "0" }), Value::Null] {
        let sent = json!({ "candidate": candidate, "transport": "publisher" });
        let sent = changed("candidate", &trio, &sent);
        assert!(!trio.world.board.signal(&trio.tabs[1].actor, sent).await.unwrap().held);
    }
    assert_eq!(trio.orders(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_description_that_is_none_of_ours_is_refused_in_words_and_goes_nowhere() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let (board, actor) = (&trio.world.board, &trio.tabs[1].actor);
    let good = sdp("actpass", "sendonly");
    let twice = good.replace("SAVPF 111", "SAVPF 111 111");
    let unlisted = format!("{good}a=rtpmap:96 VP8/90000\r\n");
    let channel =
        good.replace("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=application 9 UDP/DTLS/SCTP webrtc");
    for bad in ["v=0\r\n", &twice, &unlisted, &channel] {
        let begun = Instant::now();
        let refused = board.signal(actor, offer(trio.call, bad)).await.unwrap_err();
        assert_eq!(refused.code, Code::InvalidDescription, "{bad}");
        assert!(refused.detail.starts_with("session description, line "), "{}", refused.detail);
        assert!(begun.elapsed() < Duration::from_secs(1));
    }

    let with = |changes: Value| {
        let mut body =
            json!({ "offer": { "type": "offer", "sdp": good }, "transport": "publisher" });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        changed("offer", &trio, &body)
    };
    for (changes, field) in [
        (json!({ "transport": null }), "transport"),
        (json!({ "transport": "subscriber" }), "transport"),
        (json!({ "negotiationId": null }), "negotiationId"),
    ] {
        let refused = board.signal(actor, with(changes)).await.unwrap_err();
        assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, field));
    }
    assert_eq!(trio.orders(), []);
    board.signal(actor, with(json!({}))).await.unwrap();
    assert_eq!(trio.orders().len(), 1, "the others, and who was refused, go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_device_in_a_call_through_the_server_speaks_to_the_media_server() {
    let mesh = Trio::before_the_third(Duration::from_secs(600)).await;
    let good = sdp("actpass", "sendonly");
    let board = &mesh.world.board;
    let refused = board.signal(&mesh.tabs[1].actor, offer(mesh.call, &good)).await.unwrap_err();
    assert_eq!(refused.code, Code::TopologyMesh);
    let wanted = subscribe(&mesh, &json!([]));
    let refused = board.subscribe(&mesh.tabs[1].actor, wanted.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::TopologyMesh);
    let refused = board.subscribe(&mesh.tabs[2].actor, wanted).await.unwrap_err();
    assert_eq!(refused.code, Code::NotJoined);

    let trio = Trio::through_the_server().await;
    let board = &trio.world.board;
    let other = trio.world.connect(trio.users[1], "phone");
    let stranger = trio.world.person("Dora").await;
    let outside = trio.world.connect(stranger, "tab-d");
    board.leave(&trio.tabs[2].actor, trio.call).await.unwrap();
    trio.orders();
    for (device, code) in [
        (&other, Code::NotThisDevice),
        (&outside, Code::CallNotFound),
        (&trio.tabs[2], Code::NotJoined),
    ] {
        let sent = board.signal(&device.actor, offer(trio.call, &good)).await;
        assert_eq!(sent.unwrap_err().code, code);
        let sent = board.subscribe(&device.actor, subscribe(&trio, &json!([]))).await;
        assert_eq!(sent.unwrap_err().code, code);
        let broken = transport(&trio, &json!({ "state": "failed", "transport": "subscriber" }));
        let sent = board.transport_state(&device.actor, broken).await;
        assert_eq!(sent.unwrap_err().code, code);
    }
    assert_eq!(trio.orders(), []);
    board.end(&trio.tabs[0].actor, trio.call).await.unwrap();
    let sent = board.signal(&trio.tabs[1].actor, offer(trio.call, &good)).await;
    assert_eq!(sent.unwrap_err().code, Code::CallEnded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wanted_of_others_in_the_call_reaches_the_media_server_once_each() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let [ann, ben, cem] = trio.users.map(|user| user.to_string());
    let stranger = trio.world.person("Dora").await.to_string();
    let slot = |user: &str, source: &str, width: u32| json!({ "userId": user, "source": source, "width": width, "height": 180, "pinned": true });
    let slots = json!([
        slot(&cem, "screen", 1_280),
        slot(&ben, "camera", 320),
        slot(&stranger, "camera", 320),
        slot(&ann, "microphone", 0),
        slot(&cem, "screen", 1),
        slot(&ann, "camera", 320),
    ]);
    trio.world.board.subscribe(&trio.tabs[1].actor, subscribe(&trio, &slots)).await.unwrap();
    let wanted = |user, source, width| Wanted { user, source, width, height: 180, pinned: true };
    let expected = Order::Subscribe {
        user: trio.users[1],
        wanted: vec![
            wanted(trio.users[2], SourceKind::Screen, 1_280),
            wanted(trio.users[0], SourceKind::Camera, 320),
        ],
    };
    assert_eq!(trio.orders(), [expected]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_subscriber_is_begun_anew_once_though_it_is_told_twice() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let (board, actor) = (&trio.world.board, &trio.tabs[1].actor);
    for state in ["connected", "disconnected", "failed"] {
        let told = transport(&trio, &json!({ "state": state, "transport": "subscriber" }));
        board.transport_state(actor, told).await.unwrap();
    }
    let publisher = transport(&trio, &json!({ "state": "failed", "transport": "publisher" }));
    board.transport_state(actor, publisher).await.unwrap();
    let restart = Order::Restart { user: trio.users[1], peer: MediaPeer::Subscriber };
    assert_eq!(trio.orders(), [restart]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_awaits_the_servers_offer_is_heard_once() {
    let trio = Trio::through_the_server().await;
    trio.orders();
    let (board, actor) = (&trio.world.board, &trio.tabs[1].actor);
    for leg in ["publisher", "subscriber", "subscriber"] {
        let told = transport(&trio, &json!({ "state": "connecting", "transport": leg }));
        board.transport_state(actor, told).await.unwrap();
    }
    let unnamed = transport(&trio, &json!({ "state": "connecting" }));
    board.transport_state(actor, unnamed).await.unwrap();
    assert_eq!(trio.orders(), [Order::Await { user: trio.users[1] }]);
}
