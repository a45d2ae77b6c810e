//! Three people with a tab each, a call among them, and a media server.

use std::time::Duration;

use call::{Policy, SfuPolicy};
use serde_json::json;
use sfu::{Order, Report, Rights};
use vocab::{CallId, UserId};
use wire::body::AnswerRequest;
use wire::event::SentSignal;

use crate::harness::{Device, World, video};

/// All that a participant of a video call with a camera may send.
pub(crate) const AT_FIRST: Rights =
    Rights { microphone: true, camera: true, screen: false, screen_audio: false };

/// Ann, who called, Ben and Cem.
pub(crate) struct Trio {
    pub(crate) world: World,
    pub(crate) users: [UserId; 3],
    pub(crate) tabs: [Device; 3],
    pub(crate) call: CallId,
}

impl Trio {
    /// All three in a call that goes through the server from the start.
    pub(crate) async fn through_the_server() -> Self {
        let trio = Self::ringing(Policy { sfu: SfuPolicy::Only, ..Policy::default() }).await;
        trio.answer(1).await;
        trio.answer(2).await;
        trio
    }

    /// Ann and Ben in a call between themselves; Cem is still being rung.
    pub(crate) async fn before_the_third(upgrade_within: Duration) -> Self {
        let policy = Policy { sfu: SfuPolicy::Auto, upgrade_within, ..Policy::default() };
        let trio = Self::ringing(policy).await;
        trio.answer(1).await;
        trio
    }

    async fn ringing(policy: Policy) -> Self {
        let world = World::with(policy).await;
        let users =
            [world.person("Ann").await, world.person("Ben").await, world.person("Cem").await];
        let [ann, ben, cem] = users;
        let tabs =
            [world.connect(ann, "tab-a"), world.connect(ben, "tab-b"), world.connect(cem, "tab-c")];
        let group = world.conversation(&users).await;
        let started = world.board.initiate(&tabs[0].actor, video(group), None).await;
        let call = started.expect("Ann may call").call_id.0;
        Self { world, users, tabs, call }
    }

    pub(crate) async fn answer(&self, index: usize) {
        let request = AnswerRequest::default();
        let answered = self.world.board.answer(&self.tabs[index].actor, self.call, request).await;
        answered.expect("they may answer");
    }

    /// What the media server was told since the last time.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.world.rooms.orders(self.call)
    }

    /// The media server says something about this call.
    pub(crate) async fn room_says(&self, report: Report) {
        self.world.board.media_report(self.call, report).await;
    }

    /// Media of these flows both ways.
    pub(crate) async fn ready(&self, indices: &[usize]) {
        for index in indices {
            self.room_says(Report::Ready { user: self.users[*index], seat: 1 }).await;
        }
    }

    /// An order to let somebody in at their first seat.
    pub(crate) fn admits(&self, index: usize, rights: Rights) -> Order {
        Order::Admit { user: self.users[index], seat: 1, rights }
    }
}

/// A description that passes the gate, as an offer for the media server.
pub(crate) fn offer(call: CallId, sdp: &str) -> SentSignal {
    let body = json!({
        "callId": call.to_string(),
        "targetUserId": "sfu",
        "offer": { "type": "offer", "sdp": sdp },
        "transport": "publisher",
        "negotiationId": 1,
    });
    SentSignal::Offer(serde_json::from_value(body).expect("a good offer"))
}

/// The description of a browser that sends a microphone.
pub(crate) fn sdp(setup: &str, direction: &str) -> String {
    let fingerprint = ["AB"; 32].join(":");
    [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        &format!("a=fingerprint:sha-256 {fingerprint}"),
        &format!("a=setup:{setup}"),
        "a=mid:0",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
        &format!("a={direction}"),
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "",
    ]
    .join("\r\n")
}
