//! Each event of a client: what is asked of the switchboard, and the answer.

use auth::{Limit, LimitKey};
use garde::Validate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use vocab::{UserId, Uuid};
use wire::body::{InitiateRequest, InviteRequest, RoleRequest, TurnCredentialsQuery};
use wire::event::{
    AcceptEvent, AuthRefreshEvent, CallTarget, Done, HandEvent, InviteEvent, MediaEvent,
    ParticipantTarget, QualityReport, ReactEvent, RejectEvent, ResumeEvent, RoleEvent, SentAnswer,
    SentCandidate, SentOffer, SentSignal, SignalTarget, SubscribeEvent, TransportStateEvent,
    WhoamiEvent,
};
use wire::{Ack, Code, Failure, read_bytes};

use crate::connection::Connection;

/// What a client can ask for, by topic.
#[derive(Debug, Clone, Copy)]
enum Command {
    Act(Act),
    Signal(Signal),
    Change(Change),
    Gesture(Gesture),
    Report(Report),
    Refresh,
    Whoami,
}

/// What a user does in a call.
#[derive(Debug, Clone, Copy)]
enum Act {
    Initiate,
    Accept,
    Reject,
    End,
    Leave,
    Media,
    TurnCredentials,
    Get,
    Resume,
}

/// What goes to another participant.
#[derive(Debug, Clone, Copy)]
enum Signal {
    Offer,
    Answer,
    Candidate,
}

/// What changes who is in a call, and how.
#[derive(Debug, Clone, Copy)]
enum Change {
    Invite,
    Remove,
    SetRole,
    Mute,
}

/// What people show each other.
#[derive(Debug, Clone, Copy)]
enum Gesture {
    Hand,
    React,
    AskToUnmute,
}

/// What a device tells about its media.
#[derive(Debug, Clone, Copy)]
enum Report {
    Quality,
    TransportState,
    Subscribe,
}

impl Command {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "call:offer" => Self::Signal(Signal::Offer),
            "call:answer" => Self::Signal(Signal::Answer),
            "call:ice-candidate" => Self::Signal(Signal::Candidate),
            "call:initiate" => Self::Act(Act::Initiate),
            "call:accept" | "call:join" => Self::Act(Act::Accept),
            "call:reject" => Self::Act(Act::Reject),
            "call:end" => Self::Act(Act::End),
            "call:leave" => Self::Act(Act::Leave),
            "call:media" => Self::Act(Act::Media),
            "call:turn-credentials" => Self::Act(Act::TurnCredentials),
            "call:get" => Self::Act(Act::Get),
            "call:resume" => Self::Act(Act::Resume),
            "call:invite" => Self::Change(Change::Invite),
            "call:remove" => Self::Change(Change::Remove),
            "call:set-role" => Self::Change(Change::SetRole),
            "call:mute" => Self::Change(Change::Mute),
            "call:hand" => Self::Gesture(Gesture::Hand),
            "call:react" => Self::Gesture(Gesture::React),
            "call:ask-to-unmute" => Self::Gesture(Gesture::AskToUnmute),
            "call:quality" => Self::Report(Report::Quality),
            "call:transport-state" => Self::Report(Report::TransportState),
            "call:subscribe" => Self::Report(Report::Subscribe),
            "auth:refresh" => Self::Refresh,
            "auth:whoami" => Self::Whoami,
            _ => return None,
        })
    }
}

/// Whether events of this name are carried out. Tests compare it with the table of `wire`.
#[must_use]
pub fn handles(event: &str) -> bool {
    Command::named(event).is_some()
}

/// An acknowledgement, ready to be sent.
pub(crate) type Answer = Box<RawValue>;

impl Connection {
    /// Carries out one event.
    pub(crate) async fn carry_out(
        &mut self,
        event: &str,
        payload: &str,
    ) -> Result<Answer, Failure> {
        let command = Command::named(event).ok_or(Code::UnknownEvent)?;
        match command {
            Command::Act(act) => self.act(act, payload).await,
            Command::Signal(signal) => self.signal(signal, payload).await,
            Command::Change(change) => self.change_participants(change, payload).await,
            Command::Gesture(gesture) => self.gesture(gesture, payload).await,
            Command::Report(report) => self.report(report, payload).await,
            Command::Refresh => {
                let request: AuthRefreshEvent = read(payload)?;
                answered(self.refresh(request.token.expose()).await)
            }
            Command::Whoami => {
                let WhoamiEvent {} = read(payload)?;
                answered(self.whoami().await)
            }
        }
    }

    async fn act(&self, act: Act, payload: &str) -> Result<Answer, Failure> {
        let (board, actor) = (self.board(), self.actor());
        match act {
            Act::Initiate => {
                let request: InitiateRequest = read(payload)?;
                answered(board.initiate(actor, request, None).await)
            }
            Act::Accept => {
                let event: AcceptEvent = read(payload)?;
                answered(board.answer(actor, event.call_id.0, event.request()).await)
            }
            Act::Reject => {
                let event: RejectEvent = read(payload)?;
                answered(board.reject(actor, event.call_id.0, event.request()).await)
            }
            Act::End => answered(board.end(actor, target(payload)?).await),
            Act::Leave => answered(board.leave(actor, target(payload)?).await),
            Act::Media => {
                let event: MediaEvent = read(payload)?;
                answered(board.media(actor, event.call_id.0, event.request()).await)
            }
            Act::TurnCredentials => {
                let query: TurnCredentialsQuery = read(payload)?;
                let call = query.call_id.map(|call| call.0);
                answered(board.turn_credentials(actor, call).await)
            }
            Act::Get => answered(board.get(actor.user, target(payload)?).await),
            Act::Resume => {
                let request: ResumeEvent = read(payload)?;
                answered(board.resume(actor, request).await)
            }
        }
    }

    async fn signal(&self, signal: Signal, payload: &str) -> Result<Answer, Failure> {
        let sent = match signal {
            Signal::Offer => {
                let offer: SentOffer = read(payload)?;
                self.limit_offers(offer.target_user_id)?;
                SentSignal::Offer(offer)
            }
            Signal::Answer => SentSignal::Answer(read::<SentAnswer>(payload)?),
            Signal::Candidate => SentSignal::Candidate(read::<SentCandidate>(payload)?),
        };
        answered(self.board().signal(self.actor(), sent).await)
    }

    fn limit_offers(&self, target: SignalTarget) -> Result<(), Failure> {
        let target = match target {
            SignalTarget::User(user) => user,
            SignalTarget::Sfu => UserId::from_uuid(Uuid::nil()),
        };
        let key = LimitKey::socket_target(self.socket_id(), target);
        self.limits().check(Limit::Offers, key).map_err(|wait| {
            let seconds = u32::try_from(wait.seconds).unwrap_or(u32::MAX);
            Failure::of(Code::RateLimited).with_retry_after(seconds)
        })
    }

    async fn change_participants(&self, change: Change, payload: &str) -> Result<Answer, Failure> {
        let (board, actor) = (self.board(), self.actor());
        match change {
            Change::Invite => {
                let InviteEvent { call_id, user_ids } = read(payload)?;
                answered(board.invite(actor, call_id.0, InviteRequest { user_ids }).await)
            }
            Change::Remove => {
                let ParticipantTarget { call_id, user_id } = read(payload)?;
                answered(board.remove_participant(actor, call_id.0, user_id.0).await)
            }
            Change::SetRole => {
                let RoleEvent { call_id, user_id, role } = read(payload)?;
                let request = RoleRequest { role };
                answered(board.set_role(actor, call_id.0, user_id.0, request).await)
            }
            Change::Mute => {
                let ParticipantTarget { call_id, user_id } = read(payload)?;
                answered(board.mute_participant(actor, call_id.0, user_id.0).await)
            }
        }
    }

    async fn gesture(&self, gesture: Gesture, payload: &str) -> Result<Answer, Failure> {
        let (board, actor) = (self.board(), self.actor());
        match gesture {
            Gesture::Hand => {
                let event: HandEvent = read(payload)?;
                answered(board.hand(actor, event).await)
            }
            Gesture::React => {
                let event: ReactEvent = read(payload)?;
                answered(board.react(actor, event).await.map(|()| Done {}))
            }
            Gesture::AskToUnmute => {
                let ParticipantTarget { call_id, user_id } = read(payload)?;
                answered(board.ask_to_unmute(actor, call_id.0, user_id.0).await.map(|()| Done {}))
            }
        }
    }

    async fn report(&self, report: Report, payload: &str) -> Result<Answer, Failure> {
        let (board, actor) = (self.board(), self.actor());
        match report {
            Report::Quality => {
                let report: QualityReport = read(payload)?;
                answered(board.quality(actor, report).await.map(|()| Done {}))
            }
            Report::TransportState => {
                let event: TransportStateEvent = read(payload)?;
                answered(board.transport_state(actor, event).await.map(|()| Done {}))
            }
            Report::Subscribe => {
                let event: SubscribeEvent = read(payload)?;
                answered(board.subscribe(actor, event).await.map(|()| Done {}))
            }
        }
    }
}

/// Reads a payload. It is an object; an array would be read field by field.
fn read<T: DeserializeOwned + Validate<Context = ()>>(payload: &str) -> Result<T, Failure> {
    if payload.starts_with('{') {
        read_bytes(payload.as_bytes())
    } else {
        Err(Failure::field("", "must be an object"))
    }
}

fn target(payload: &str) -> Result<vocab::CallId, Failure> {
    Ok(read::<CallTarget>(payload)?.call_id.0)
}

fn answered<T: Serialize>(result: Result<T, Failure>) -> Result<Answer, Failure> {
    to_raw_value(&Ack::new(result?)).map_err(|error| {
        tracing::error!(%error, "answer could not be serialised");
        Failure::of(Code::Internal)
    })
}
