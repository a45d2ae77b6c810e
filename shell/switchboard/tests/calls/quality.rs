//! Reports of media quality: what is told, what is written down, what is summed up.

use serde_json::{Value, json};
use vocab::CallId;
use wire::body::CallBody;

use crate::harness::{Couple, Device};

async fn report(couple: &Couple, tab: &Device, call: CallId, fields: Value) {
    let mut body = json!({ "callId": call.to_string() });
    for (name, value) in fields.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let report = serde_json::from_value(body).expect("a good report");
    couple.world.board.quality(&tab.actor, report).await.expect("they are in the call");
}

async fn shown(couple: &Couple, call: CallId) -> CallBody {
    couple.world.board.get(couple.ann, call).await.expect("her own call").call
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_path_alone_is_written_down_and_told_to_nobody() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.answer(id).await;
    let direct = json!({ "kind": "direct", "protocol": "udp" });
    let relayed = json!({ "kind": "relay", "protocol": "tls" });
    report(&couple, &couple.ben_tab, id, json!({ "grade": "good", "path": direct })).await;
    couple.ann_tab.hears("call:quality").await;
    let path_of_ben = async || {
        let call = shown(&couple, id).await;
        serde_json::to_value(&call.participants).unwrap()[1]["path"].clone()
    };
    assert_eq!(path_of_ben().await, direct);

    report(&couple, &couple.ben_tab, id, json!({ "grade": "good", "path": relayed })).await;
    assert_eq!(path_of_ben().await, relayed);
    let told = couple.ann_tab.names().into_iter().filter(|name| *name == "call:quality").count();
    assert_eq!(told, 1, "the others are told of grades only");

    report(&couple, &couple.ben_tab, id, json!({ "grade": "poor", "cause": "loss" })).await;
    assert_eq!(path_of_ben().await, relayed, "a report without a path leaves it");
    let ann = serde_json::to_value(shown(&couple, id).await).unwrap();
    assert_eq!(ann["participants"][0].get("path"), None, "nobody reported hers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_sums_up_grades_and_paths() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.answer(id).await;
    let relayed = json!({ "kind": "relay", "protocol": "tcp" });
    report(&couple, &couple.ann_tab, id, json!({ "grade": "good" })).await;
    report(&couple, &couple.ben_tab, id, json!({ "grade": "fair", "path": relayed })).await;
    couple.world.board.end(&couple.ann_tab.actor, id).await.unwrap();

    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    let summed_up = loop {
        if let Some(stats) = shown(&couple, id).await.quality_stats {
            break stats;
        }
        assert!(tokio::time::Instant::now() < deadline, "it is summed up when the task ends");
        tokio::task::yield_now().await;
    };
    let mut paths = json!({});
    paths[couple.ben.to_string()] = relayed;
    assert_eq!(summed_up, json!({ "good": 1, "fair": 1, "poor": 0, "paths": paths }));
}
