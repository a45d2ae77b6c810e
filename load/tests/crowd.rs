//! The clients of the load, one sending to another, without a server between them.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use load::sfu::{Counters, Crowd, CrowdThread, Picture, Plan};

const PATIENCE: Duration = Duration::from_secs(20);
const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PICTURE: Picture = Picture { rid: None, size: (640, 360), rate: 240, payload: 1_100 };

fn plan() -> Plan {
    Plan { publisher: 3, pictures: vec![PICTURE], frames: 30, sound: true }
}

/// A publisher whose offer the subscriber answers.
async fn connect(crowd: &Crowd, light: bool) -> usize {
    let (publisher, offer) = crowd.publisher(plan()).await.unwrap();
    let (subscriber, answer) = crowd.subscriber(offer, light).await.unwrap();
    crowd.answered(publisher, answer).await.unwrap();
    crowd.connected(publisher).await.unwrap();
    crowd.connected(subscriber).await.unwrap();
    subscriber
}

async fn until(crowd: &Crowd, enough: impl Fn(&Counters) -> bool) -> Counters {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let counters = crowd.counters().await.unwrap();
        if enough(&counters) {
            return counters;
        }
        assert!(Instant::now() < deadline, "{counters:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_published_arrives_whole_and_is_decoded() {
    let thread = CrowdThread::start(Instant::now(), LOCALHOST).unwrap();
    let crowd = thread.crowd();
    let subscriber = connect(&crowd, false).await;
    crowd.publish(None, true);
    let counters = until(&crowd, |counters| counters.heard.frames >= 30).await;
    crowd.publish(None, false);
    assert!(counters.heard.sound > 20, "{counters:?}");
    assert!(counters.heard.loss() < 0.001, "{counters:?}");
    assert_eq!(counters.heard.keys, 1);
    assert!(counters.heard.delays.per_mille(500) < Duration::from_millis(100));
    assert_eq!(counters.lost, 0);
    let seen = crowd.seen(subscriber).await.unwrap();
    assert!(seen.first_frame.unwrap() >= seen.first_packet.unwrap());
    assert!(seen.changes.iter().all(|change| change.publisher == 3 && change.layer == 0));
}

#[tokio::test]
async fn a_light_subscriber_counts_without_decrypting() {
    let thread = CrowdThread::start(Instant::now(), LOCALHOST).unwrap();
    let crowd = thread.crowd();
    connect(&crowd, true).await;
    crowd.publish(None, true);
    let counters = until(&crowd, |counters| counters.heard.packets >= 200).await;
    assert!(counters.heard.loss() < 0.001, "{counters:?}");
    assert!(counters.heard.sound > 20, "{counters:?}");
    assert_eq!((counters.heard.frames, counters.heard.bytes), (0, 0));
}

#[tokio::test]
async fn a_connection_that_was_closed_is_told_as_lost_to_whoever_asks() {
    let thread = CrowdThread::start(Instant::now(), LOCALHOST).unwrap();
    let crowd = thread.crowd();
    let (publisher, _) = crowd.publisher(plan()).await.unwrap();
    crowd.close(publisher);
    assert!(crowd.connected(publisher).await.is_err());
}
