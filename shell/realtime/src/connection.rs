//! The one task of a connection: its events in the order they were sent, and its token's time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use auth::{Identity, LimitKey, Limits, TokenError, Verifier};
use serde::Deserialize;
use serde_json::value::RawValue;
use sessions::Sessions;
use switchboard::{Actor, Switchboard};
use tokio::time::{Instant, sleep, timeout_at};
use vocab::{CallId, DeviceId};
use wire::body::ConfigResponse;
use wire::event::{AuthExpiringEvent, AuthRefreshResponse, WhoamiResponse};
use wire::{Code, Failure, Text, Wire};

use crate::census::Counted;
use crate::intake::{Queue, Received};
use crate::line::Line;
use crate::token_watch::{Duty, TokenWatch};

/// What was sent before the connection ended is carried out for at most this long, and only
/// then is it told that the device is gone.
const DRAIN: Duration = Duration::from_secs(5);

/// What every connection works with.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) board: Switchboard,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) config: ConfigResponse,
    /// The server stops: devices are not gone, it is the server that goes.
    pub(crate) going_away: AtomicBool,
}

/// One admitted socket.
#[derive(Debug)]
pub(crate) struct Connection {
    services: Arc<Services>,
    line: Line,
    socket_id: String,
    actor: Actor,
    device: DeviceId,
    identity: Identity,
    watch: TokenWatch,
    /// Held for as long as the socket counts.
    _counted: [Counted; 2],
}

impl Connection {
    pub(crate) fn new(
        services: Arc<Services>,
        line: Line,
        socket_id: String,
        device: DeviceId,
        identity: Identity,
        counted: [Counted; 2],
    ) -> Self {
        let watch = TokenWatch::new(identity.expires_at, services.board.clock().now());
        let actor = Actor { user: identity.user, device: Some(device.clone()) };
        Self { services, line, socket_id, actor, device, identity, watch, _counted: counted }
    }

    pub(crate) fn board(&self) -> &Switchboard {
        &self.services.board
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.services.limits
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn socket_id(&self) -> &str {
        &self.socket_id
    }

    /// Runs until the socket is gone.
    pub(crate) async fn run(mut self, mut queue: Queue) {
        let line = Arc::new(self.line.clone());
        let id = self.board().connect(self.actor.user, self.device.clone(), line);
        self.serve(&mut queue).await;
        // What a client sent last, a hang-up for example, counts although it is gone.
        let deadline = Instant::now() + DRAIN;
        while let Some(received) = queue.next_at_hand() {
            if timeout_at(deadline, Box::pin(self.handle(received))).await.is_err() {
                break;
            }
        }
        if !self.services.going_away.load(Ordering::SeqCst) {
            self.board().disconnect(self.actor.user, id);
        }
    }

    async fn serve(&mut self, queue: &mut Queue) {
        let line = self.line.clone();
        loop {
            let wait = self.watch.next().saturating_since(self.board().clock().now());
            tokio::select! {
                biased;
                () = line.outbox().closed() => return,
                () = sleep(wait) => self.look_at_token().await,
                received = queue.next() => match received {
                    // On the heap, and only while one is carried out: idle sockets stay small.
                    Some(received) => Box::pin(self.handle(received)).await,
                    None => return,
                },
            }
        }
    }

    async fn handle(&mut self, received: Received) {
        let Received { event, rest, ack } = received;
        let name = event.name;
        let result = match payload(&rest) {
            Ok(payload) => match self.carry_out(name, payload).await {
                Err(failure) => Err(about_call(failure, payload)),
                answer => answer,
            },
            Err(failure) => Err(failure),
        };
        match (result, ack) {
            (Ok(answer), Some(ack)) => self.line.acknowledge(ack, &answer),
            (Ok(_), None) => {}
            (Err(failure), ack) => {
                tracing::trace!(event = name, code = %failure.code, "an event was refused");
                self.line.refuse(name, ack, failure);
            }
        }
    }

    async fn look_at_token(&mut self) {
        while let Some(duty) = self.watch.due(self.board().clock().now()) {
            match duty {
                Duty::Warn => {
                    let expires_at = Wire(self.watch.expires_at());
                    self.line.emit("auth:expiring", &AuthExpiringEvent { expires_at });
                }
                Duty::LookAgain => {
                    if !self.services.sessions.still_good(&self.identity).await {
                        return self.line.dismiss(Failure::of(Code::Unauthorized));
                    }
                }
                Duty::Close => return self.line.dismiss(Failure::of(Code::TokenExpired)),
            }
        }
    }

    /// Takes a newer token of the same user.
    pub(crate) async fn refresh(&mut self, token: &str) -> Result<AuthRefreshResponse, Failure> {
        let now = self.board().clock().now();
        let identity = self.services.verifier.verify(token, now).await.map_err(refused)?;
        if identity.user != self.actor.user {
            return Err(Failure::new(Code::Forbidden, "The token is another user's."));
        }
        let user = self.services.sessions.user_of(&identity, now).await?;
        let expires_at = identity.expires_at;
        self.watch.renew(expires_at);
        self.identity = identity;
        Ok(AuthRefreshResponse { user, expires_at: Wire(expires_at) })
    }

    /// Who this socket is, and what it needs to know about the server.
    pub(crate) async fn whoami(&self) -> Result<WhoamiResponse, Failure> {
        let user = self.services.sessions.user_now(&self.identity).await?;
        let config = self.services.config.at(self.board().clock().now());
        Ok(WhoamiResponse::new(user, &self.device, config))
    }
}

/// Why a token is refused, for the client.
pub(crate) fn refused(error: TokenError) -> Failure {
    match error {
        TokenError::Expired => Failure::of(Code::TokenExpired),
        TokenError::Unavailable => Failure::of(Code::Unavailable),
        TokenError::Malformed
        | TokenError::BadSignature
        | TokenError::NotYetValid
        | TokenError::WrongIssuer
        | TokenError::WrongAudience
        | TokenError::MissingClaim
        | TokenError::UnknownKey => Failure::of(Code::Unauthorized),
    }
}

/// The limits' key of a socket.
pub(crate) fn limit_key(socket_id: &str) -> LimitKey {
    LimitKey::socket(socket_id)
}

/// The first value in what follows an event's name: `,{...}]`. None at all is an empty object.
fn payload(rest: &str) -> Result<&str, Failure> {
    let Some(values) = rest.trim_start().strip_prefix(',') else { return Ok("{}") };
    let mut reader = serde_json::Deserializer::from_str(values);
    let value = <&RawValue>::deserialize(&mut reader)
        .map_err(|_| Failure::new(Code::BadRequest, "The payload is not JSON."))?;
    Ok(if value.get() == "null" { "{}" } else { value.get() })
}

/// A failure that names no call is about the one in the payload.
fn about_call(mut failure: Failure, payload: &str) -> Failure {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named<'a> {
        #[serde(borrow)]
        call_id: std::borrow::Cow<'a, str>,
    }
    if failure.call_id.is_none() && failure.code != Code::BadRequest {
        let named: Option<Named<'_>> = serde_json::from_str(payload).ok();
        failure.call_id = named.and_then(|named| CallId::from_text(&named.call_id));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_is_the_payload_and_none_is_an_empty_object() {
        assert_eq!(payload(r#",{"a":1},2]"#), Ok(r#"{"a":1}"#));
        assert_eq!(payload(r#" , {"a":1} ]"#), Ok(r#"{"a":1}"#));
        assert_eq!(payload("]"), Ok("{}"));
        assert_eq!(payload(",null]"), Ok("{}"));
        assert_eq!(payload(",{").unwrap_err().code, Code::BadRequest);
        let deep = format!(",{}{}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(payload(&deep).map(str::len), Ok(200_000));
    }

    #[test]
    fn a_refusal_names_the_call_it_is_about() {
        let id = "01890000-0000-7000-8000-000000000001";
        let failure = about_call(Failure::of(Code::NotJoined), &format!(r#"{{"callId":"{id}"}}"#));
        assert_eq!(failure.call_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(about_call(Failure::of(Code::NotJoined), r#"{"callId":7}"#).call_id, None);
    }
}
