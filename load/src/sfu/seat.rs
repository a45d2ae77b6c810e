//! One participant: signalling over a socket of its own, media in a crowd.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::crowd::{Crowd, PeerId};
use super::publisher::Plan;
use super::sink::PATIENCE;
use crate::socket::{answer, event_name, payload};
use crate::{Packet, Person, Socket};

/// Where and as whom somebody takes part.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The server.
    pub server: SocketAddr,
    /// The address to connect from.
    pub from: IpAddr,
    /// Who.
    pub person: Person,
    /// What they send.
    pub plan: Plan,
    /// Whether packets are counted by their headers alone.
    pub light: bool,
}

/// A picture that somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose camera.
    pub user: String,
    /// How large it is shown, in pixels; zero for not at all.
    pub size: (u16, u16),
}

/// What a slot of the subscriber brings, as the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The section.
    pub mid: String,
    /// Whose; `None` while it is free.
    pub user: Option<String>,
    /// `camera`, `microphone`, …
    pub source: Option<String>,
    /// Why nothing comes.
    pub paused: Option<String>,
}

/// Where a participant is.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// How media travels, as the server said last.
    pub topology: String,
    /// The connections, once there are some.
    pub publisher: Option<PeerId>,
    /// As above.
    pub subscriber: Option<PeerId>,
    /// When both connections were up.
    pub ready: Option<Instant>,
    /// What comes where.
    pub slots: Vec<Slot>,
    /// Who speaks, the loudest first.
    pub speakers: Vec<String>,
    /// Why it is over.
    pub over: Option<String>,
}

/// Somebody in a call. Leaves it when dropped, by closing the socket.
#[derive(Debug)]
pub struct Seat {
    /// Who.
    pub user: String,
    /// Which call.
    pub call: String,
    /// When the command was sent that brought them into the call.
    pub begun: Instant,
    state: watch::Receiver<State>,
    orders: mpsc::UnboundedSender<Order>,
}

#[derive(Debug)]
enum Order {
    Subscribe(Vec<Wanted>),
    Leave,
}

impl Seat {
    /// Starts a call in a conversation without ringing anybody.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn start(crowd: &Crowd, guest: Guest, conversation: &str) -> anyhow::Result<Self> {
        let initiate = json!({ "conversationId": conversation, "type": "video", "ring": "silent" });
        Self::enter(crowd, guest, "call:initiate", &initiate).await
    }

    /// Joins a call.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn join(crowd: &Crowd, guest: Guest, call: &str) -> anyhow::Result<Self> {
        let (sound, picture) = (guest.plan.sound, !guest.plan.pictures.is_empty());
        let accept = json!({ "callId": call, "audioEnabled": sound, "videoEnabled": picture });
        Self::enter(crowd, guest, "call:accept", &accept).await
    }

    async fn enter(crowd: &Crowd, guest: Guest, event: &str, body: &Value) -> anyhow::Result<Self> {
        let Guest { server, from, person, plan, light } = guest;
        let mut socket = Socket::connect(server, from, &person.token, "load").await?;
        let begun = Instant::now();
        let entered = socket.ask(event, body).await?;
        let call = entered["callId"].as_str().context("a call has an id")?.to_owned();
        let topology = entered["topology"].as_str().unwrap_or("mesh").to_owned();
        let (state, watched) = watch::channel(State::default());
        let (orders, inbox) = mpsc::unbounded_channel();
        let crowd = crowd.clone();
        let (user, wanted) = (person.id.clone(), None);
        let of_call = call.clone();
        let mut signalling =
            Signalling { socket, crowd, user, call: of_call, plan, light, state, wanted };
        tokio::spawn(async move {
            if let Err(error) = signalling.run(topology, inbox).await {
                let why = format!("{error:#}");
                signalling.state.send_modify(|state| state.over = Some(why));
            }
        });
        Ok(Self { user: person.id, call, begun, state: watched, orders })
    }

    /// Tells the server what is shown; replaces what was shown before.
    pub fn subscribe(&self, wanted: Vec<Wanted>) {
        // Whoever has left shows nothing.
        let _ = self.orders.send(Order::Subscribe(wanted));
    }

    /// Leaves the call by saying so.
    pub fn leave(&self) {
        // Somebody may have left already.
        let _ = self.orders.send(Order::Leave);
    }

    /// Where they are now.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Waits until it is so.
    ///
    /// # Errors
    /// When it is not in time, or the call is over before.
    pub async fn until(&self, what: &str, so: impl Fn(&State) -> bool) -> anyhow::Result<State> {
        let mut state = self.state.clone();
        let waiting = state.wait_for(|state| so(state) || state.over.is_some());
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        let state = waited.with_context(|| format!("not in time: {what}"))??.clone();
        match &state.over {
            Some(why) if !so(&state) => bail!("{what}: the call is over: {why}"),
            Some(_) | None => Ok(state),
        }
    }
}

struct Signalling {
    socket: Socket,
    crowd: Crowd,
    user: String,
    call: String,
    plan: Plan,
    light: bool,
    state: watch::Sender<State>,
    wanted: Option<Vec<Wanted>>,
}

impl Signalling {
    async fn run(
        &mut self,
        topology: String,
        mut orders: mpsc::UnboundedReceiver<Order>,
    ) -> anyhow::Result<()> {
        self.topology(&topology).await?;
        loop {
            tokio::select! {
                packet = self.socket.next() => match packet? {
                    Packet::Event(text) => {
                        let name = event_name(&text).to_owned();
                        if name.starts_with("call:") {
                            self.event(&name, &payload(&text)?).await?;
                        }
                    }
                    // A subscription before the topology has changed is refused and sent again.
                    Packet::Ack(_, text) if text.contains("topology_mesh") => {}
                    Packet::Ack(_, text) => {
                        answer(&text).context("the server refused")?;
                    }
                },
                order = orders.recv() => match order {
                    Some(Order::Subscribe(wanted)) => {
                        self.wanted = Some(wanted);
                        self.subscribe().await?;
                    }
                    Some(Order::Leave) => {
                        self.emit("call:leave", json!({})).await?;
                        self.close();
                        return Ok(());
                    }
                    None => {
                        self.close();
                        return Ok(());
                    }
                },
            }
        }
    }

    async fn event(&mut self, name: &str, event: &Value) -> anyhow::Result<()> {
        if event["callId"].as_str() != Some(self.call.as_str()) {
            return Ok(());
        }
        let text = |field: &str| event[field].as_str().map(str::to_owned);
        match name {
            "call:topology-changed" => {
                self.topology(&text("topology").context("a topology")?).await?;
            }
            "call:answer" if event["fromUserId"] == "sfu" => {
                let answer = event["answer"]["sdp"].as_str().context("an answer has an SDP")?;
                let publisher = self.state.borrow().publisher.context("an answer to no offer")?;
                self.crowd.answered(publisher, answer.to_owned()).await?;
                self.report_ready();
            }
            "call:offer" if event["fromUserId"] == "sfu" => self.offered(event).await?,
            "call:slots" => {
                let slots = event["slots"].as_array().map(Vec::as_slice).unwrap_or_default();
                let slots = slots.iter().map(slot).collect();
                self.state.send_modify(|state| state.slots = slots);
            }
            "call:speakers" => {
                let speakers = strings(&event["userIds"]);
                self.state.send_modify(|state| state.speakers = speakers);
            }
            "call:layers" if event["source"] == "camera" => {
                if let Some(publisher) = self.state.borrow().publisher {
                    self.crowd.watched(publisher, strings(&event["rids"]));
                }
            }
            "call:ended" => bail!("ended: {}", text("reason").unwrap_or_default()),
            "call:error" => bail!("the server refused: {event}"),
            "call:participant-left" if text("userId").as_deref() == Some(self.user.as_str()) => {
                bail!("left: {}", text("reason").unwrap_or_default());
            }
            _ => {}
        }
        Ok(())
    }

    /// Media begins to travel, or ceases to, through the server.
    async fn topology(&mut self, topology: &str) -> anyhow::Result<()> {
        self.state.send_modify(|state| topology.clone_into(&mut state.topology));
        if topology == "mesh" {
            self.close();
            return Ok(());
        }
        if self.state.borrow().publisher.is_none() {
            let (publisher, offer) = self.crowd.publisher(self.plan.clone()).await?;
            self.state.send_modify(|state| state.publisher = Some(publisher));
            let offer = json!({ "type": "offer", "sdp": offer });
            self.signal("call:offer", json!({ "offer": offer }), "publisher", &json!(1)).await?;
        }
        self.subscribe().await
    }

    /// The server offers a subscriber, or more slots of it.
    async fn offered(&mut self, event: &Value) -> anyhow::Result<()> {
        let offer = event["offer"]["sdp"].as_str().context("an offer has an SDP")?.to_owned();
        let known = self.state.borrow().subscriber;
        let answer = match known {
            Some(subscriber) => self.crowd.offered(subscriber, offer).await?,
            None => {
                let (subscriber, answer) = self.crowd.subscriber(offer, self.light).await?;
                self.state.send_modify(|state| state.subscriber = Some(subscriber));
                self.report_ready();
                answer
            }
        };
        let answer = json!({ "answer": { "type": "answer", "sdp": answer } });
        self.signal("call:answer", answer, "subscriber", &event["negotiationId"]).await
    }

    /// Tells, once, when both connections are up.
    fn report_ready(&self) {
        let State { publisher, subscriber, .. } = self.state.borrow().clone();
        let (Some(publisher), Some(subscriber)) = (publisher, subscriber) else { return };
        let (crowd, state) = (self.crowd.clone(), self.state.clone());
        tokio::spawn(async move {
            let up = tokio::try_join!(crowd.connected(publisher), crowd.connected(subscriber));
            state.send_modify(|state| match up {
                Ok((one, other)) => state.ready = Some(one.max(other)),
                Err(error) => state.over = Some(format!("{error:#}")),
            });
        });
    }

    async fn subscribe(&mut self) -> anyhow::Result<()> {
        let Some(wanted) = &self.wanted else { return Ok(()) };
        let slots = wanted.iter().map(|wanted| {
            let (width, height) = wanted.size;
            json!({ "userId": wanted.user, "source": "camera", "width": width, "height": height })
        });
        let slots = json!({ "slots": slots.collect::<Vec<_>>() });
        self.emit("call:subscribe", slots).await
    }

    async fn signal(
        &mut self,
        name: &str,
        mut body: Value,
        transport: &str,
        negotiation: &Value,
    ) -> anyhow::Result<()> {
        body["targetUserId"] = json!("sfu");
        body["transport"] = json!(transport);
        body["negotiationId"] = negotiation.clone();
        self.emit(name, body).await
    }

    async fn emit(&mut self, name: &str, mut body: Value) -> anyhow::Result<()> {
        body["callId"] = json!(self.call);
        self.socket.emit(name, &body.to_string()).await?;
        Ok(())
    }

    fn close(&mut self) {
        self.state.send_modify(|state| {
            let peers = [state.publisher.take(), state.subscriber.take()];
            peers.into_iter().flatten().for_each(|peer| self.crowd.close(peer));
            state.ready = None;
        });
    }
}

fn slot(slot: &Value) -> Slot {
    let text = |field: &str| slot[field].as_str().map(str::to_owned);
    Slot {
        mid: text("mid").unwrap_or_default(),
        user: text("userId"),
        source: text("source"),
        paused: text("paused"),
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_read_with_what_it_brings_and_why_nothing_comes() {
        let read = slot(&json!({
            "mid": "7", "kind": "video", "userId": "ann", "source": "camera", "paused": "bandwidth",
        }));
        let brings = (read.user.as_deref(), read.source.as_deref(), read.paused.as_deref());
        assert_eq!(brings, (Some("ann"), Some("camera"), Some("bandwidth")));
        let free = slot(
            &json!({ "mid": "8", "kind": "audio", "userId": null, "source": null, "paused": null }),
        );
        assert_eq!((free.mid.as_str(), free.user), ("8", None));
    }

    #[test]
    fn a_list_of_words_is_read_and_anything_else_is_none() {
        assert_eq!(strings(&json!(["q", "f"])), ["q", "f"]);
        assert!(strings(&json!(null)).is_empty());
    }
}
