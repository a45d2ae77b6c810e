//! Offers, answers and candidates: held before the accept, in order, to one device.

use std::time::Duration;

use serde_json::json;
use vocab::{CallId, UserId};
use wire::Code;
use wire::body::AnswerRequest;
use wire::event::SentSignal;

use crate::harness::{Couple, World, video};

const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

fn offer(call: CallId, target: UserId) -> SentSignal {
    let body = json!({
        "callId": call.to_string(),
        "targetUserId": target.to_string(),
        "offer": { "type": "offer", "sdp": SDP },
    });
    SentSignal::Offer(serde_json::from_value(body).expect("a good offer"))
}

fn candidate(call: CallId, target: UserId, number: usize) -> SentSignal {
    let line = format!("candidate:1 1 udp 2113937151 192.0.2.1 {} typ host", 10_000 + number);
    let body = json!({
        "callId": call.to_string(),
        "targetUserId": target.to_string(),
        "candidate": { "candidate": line, "sdpMid": "0", "sdpMLineIndex": 0 },
    });
    SentSignal::Candidate(serde_json::from_value(body).expect("a good candidate"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_reaches_a_callee_before_the_accept_and_all_of_it_after_in_order() {
    let couple = Couple::new().await;
    let cem = couple.world.person("Cem").await;
    let (ben_phone, outsider) =
        (couple.world.connect(couple.ben, "phone"), couple.world.connect(cem, "tab-c"));
    let id = couple.ring().await;
    assert!(
        couple.world.board.signal(&couple.ann_tab.actor, offer(id, couple.ben)).await.unwrap().held
    );
    for number in 0..60 {
        let held = couple
            .world
            .board
            .signal(&couple.ann_tab.actor, candidate(id, couple.ben, number))
            .await
            .unwrap();
        assert!(held.held);
    }
    let early =
        couple.world.board.signal(&couple.ben_tab.actor, offer(id, couple.ann)).await.unwrap_err();
    assert_eq!(early.code, Code::NotJoined);
    couple.ben_tab.hears("call:incoming").await;
    let signals = |names: Vec<&'static str>| {
        names.into_iter().filter(|name| ["call:offer", "call:ice-candidate"].contains(name)).count()
    };
    assert_eq!(signals(couple.ben_tab.names()) + signals(ben_phone.names()), 0);

    couple.answer(id).await;
    let ports: Vec<String> = couple
        .ben_tab
        .heard()
        .iter()
        .filter(|(name, _)| *name == "call:ice-candidate")
        .map(|(_, event)| event["candidate"]["candidate"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ports.len(), 60);
    let in_order = ports
        .iter()
        .enumerate()
        .all(|(number, line)| line.contains(&format!(" {} ", 10_000 + number)));
    assert!(in_order, "{ports:?}");
    let offer_heard = couple.ben_tab.hears("call:offer").await;
    assert_eq!(offer_heard["fromUserId"], couple.ann.to_string());
    assert_eq!(offer_heard["offer"]["sdp"], SDP);
    assert_eq!(signals(ben_phone.names()), 0, "only the accepting device");
    assert!(outsider.names().is_empty(), "{:?}", outsider.names());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_without_a_part_in_the_call_gets_not_found() {
    let world = World::new().await;
    let (ann, ben) = (world.person("Ann").await, world.person("Ben").await);
    let cem = world.person("Cem").await;
    let conversation = world.conversation(&[ann, ben]).await;
    let (ann_tab, outsider) = (world.connect(ann, "tab-a"), world.connect(cem, "tab-c"));
    let id =
        world.board.initiate(&ann_tab.actor, video(conversation), None).await.unwrap().call_id.0;
    let codes = [
        world.board.signal(&outsider.actor, offer(id, ann)).await.unwrap_err().code,
        world.board.answer(&outsider.actor, id, AnswerRequest::default()).await.unwrap_err().code,
        world.board.end(&outsider.actor, id).await.unwrap_err().code,
        world.board.get(cem, id).await.unwrap_err().code,
        world.board.events(cem, id, 0, 10).await.unwrap_err().code,
    ];
    assert_eq!(codes, [Code::CallNotFound; 5]);
    let started = world.board.initiate(&outsider.actor, video(conversation), None).await;
    assert_eq!(started.unwrap_err().code, Code::ConversationNotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candidates_are_counted_by_type_and_no_address_is_kept() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.answer(id).await;
    for number in 0..3 {
        let sent = candidate(id, couple.ben, number);
        couple.world.board.signal(&couple.ann_tab.actor, sent).await.unwrap();
    }
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let counted = async {
        loop {
            look.tick().await;
            if let Some(counted) = couple.world.store.candidates(id, couple.ann).await.unwrap() {
                return counted;
            }
        }
    };
    let counted = tokio::time::timeout(Duration::from_secs(10), counted).await.unwrap();
    assert_eq!(counted, json!({ "host-udp": 3 }));
}
