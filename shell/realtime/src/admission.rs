//! Who connects: the socket's `auth` payload and the limits of sockets.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use auth::{Limit, LimitKey};
use serde_json::Value;
use socketioxide::extract::{SocketRef, TryData};
use vocab::DeviceId;
use wire::event::SocketAuth;
use wire::{Code, Failure, read_value};

use crate::census::Census;
use crate::connection::{Connection, Services, limit_key, refused};
use crate::intake::{Handler, Intake, Queue};
use crate::layer::{ClientAddress, query_field};
use crate::line::{Line, Outbox};
use crate::pipe::{Pipe, Pipes};

/// Decides which sockets are admitted.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) services: Arc<Services>,
    pub(crate) census: Arc<Census>,
    pub(crate) pipes: Arc<Pipes>,
    pub(crate) address: ClientAddress,
}

/// Why a socket is not admitted: the `message` of its `connect_error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAdmitted {
    #[error("unauthorized")]
    Unauthorized,
    #[error("invalid_device")]
    InvalidDevice,
    #[error("unsupported_protocol")]
    UnsupportedProtocol,
    #[error("invalid")]
    Invalid,
    #[error("too_many_sockets")]
    TooManySockets,
    #[error("rate_limited")]
    RateLimited,
    #[error("unavailable")]
    Unavailable,
}

/// An admitted connection on its way from the middleware to the handler of the library.
#[derive(Clone)]
struct Prepared(Arc<Mutex<Option<(Connection, Queue)>>>);

impl Admission {
    /// Checks a socket and makes it ready: from the first moment it is connected, its events
    /// and its end are heard.
    pub(crate) async fn admit(
        self: Arc<Self>,
        socket: SocketRef,
        TryData(auth): TryData<Value>,
    ) -> Result<(), NotAdmitted> {
        let parts = socket.req_parts();
        let address = self.address.of(parts).unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let limits = &self.services.limits;
        let often = limits.check(Limit::ApiIp, LimitKey::ip(address));
        often.map_err(|_| NotAdmitted::RateLimited)?;
        let from = self.census.count_address(address).ok_or(NotAdmitted::TooManySockets)?;

        let auth: SocketAuth = auth
            .map_err(|_| NotAdmitted::Unauthorized)
            .and_then(|auth| read_value(auth).map_err(|failure| unreadable(&failure)))?;
        let now = self.services.board.clock().now();
        let identity = self.services.verifier.verify(auth.token.expose(), now).await;
        let identity = identity.map_err(|error| not_admitted(&refused(error)))?;
        let user = self.services.sessions.user_of(&identity, now).await;
        user.map_err(|failure| not_admitted(&failure))?;
        let of = self.census.count_user(identity.user).ok_or(NotAdmitted::TooManySockets)?;

        let session = socket.id.to_string();
        let device = match auth.device_id {
            Some(device) => device.0,
            None => DeviceId::of_socket(&session).map_err(|_| NotAdmitted::InvalidDevice)?,
        };
        // A session that began by polling may have moved meanwhile; the line finds out.
        let websocket = query_field(&parts.uri, "transport") == Some("websocket");
        let pipe = parts.extensions.get::<Pipe>().filter(|_| websocket).cloned();
        let outbox = Outbox::new(session.clone(), Arc::clone(&self.pipes), pipe);
        let (intake, queue) =
            Intake::new(Arc::clone(limits), limit_key(&session), Arc::clone(&outbox));
        socket.on_fallback(Handler(Arc::clone(&intake)));
        let ended = Arc::clone(&outbox);
        socket.on_disconnect(move || {
            ended.close();
            intake.close();
            std::future::ready(())
        });
        let client = auth.client.map(|client| client.0);
        tracing::debug!(user = %identity.user, socket = session, client, "connected");
        socket.extensions.insert(Arc::clone(&outbox));
        let line = Line::new(socket.clone(), outbox);
        let services = Arc::clone(&self.services);
        let connection = Connection::new(services, line, session, device, identity, [from, of]);
        let prepared = Prepared(Arc::new(Mutex::new(Some((connection, queue)))));
        socket.extensions.insert(prepared);
        Ok(())
    }
}

/// Runs an admitted connection.
pub(crate) async fn connected(socket: SocketRef) {
    let prepared = socket.extensions.remove::<Prepared>();
    drop(socket);
    let connection = prepared
        .and_then(|Prepared(cell)| cell.lock().unwrap_or_else(PoisonError::into_inner).take());
    if let Some((connection, queue)) = connection {
        connection.run(queue).await;
    }
}

fn unreadable(failure: &Failure) -> NotAdmitted {
    match failure.errors.first().map(|error| error.field.as_str()) {
        Some("deviceId") => NotAdmitted::InvalidDevice,
        Some("protocol") => NotAdmitted::UnsupportedProtocol,
        Some("client") => NotAdmitted::Invalid,
        _ => NotAdmitted::Unauthorized,
    }
}

fn not_admitted(failure: &Failure) -> NotAdmitted {
    if matches!(failure.code, Code::Unavailable | Code::Internal) {
        NotAdmitted::Unavailable
    } else {
        NotAdmitted::Unauthorized
    }
}
