//! The server: everything wired together, until it is told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::{Accounts, ApiState, CallSettings, HttpSettings, Identities};
use auth::{LimitClock, LimitSettings, Limits, PasswordSettings, Passwords, Verifier};
use axum::Router;
use call::{BusyPolicy, Policy, SfuPolicy};
use realtime::{ClientAddress, Realtime, SocketLimits, Sockets};
use sessions::Sessions;
use store::Store;
use switchboard::{Clock, ResumeSecret, Settings, Switchboard};
use wire::body::{IceTransport, Registration};

use crate::config::{self, Busy, Config, Identity, LimitsProfile, Tls};
use crate::forwarding::Forwarding;
use crate::listener::Listener;
use crate::relaying::Relaying;
use crate::{housekeeping, identity, opening};

/// Calls that may ring at one callee at the same time.
const RINGS_PER_CALLEE: usize = 3;
/// How long sockets and requests may take to finish when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs the server until SIGINT or SIGTERM.
pub(crate) async fn serve(config: &Config) -> anyhow::Result<()> {
    let store = opening::store(config).await?;
    let newest = store.newest_event_at().await.context("the event log cannot be read")?;
    let clock = Clock::start(newest);
    let limits = Arc::new(Limits::new(&limit_settings(config), LimitClock::monotonic()));
    let mut forwarding = Forwarding::start(config)?;
    let relaying = Relaying::start(config, forwarding.inlet()).await?;
    let media = Media { relaying: &relaying, forwarding: &forwarding };
    let switchboard = switchboard(config, &store, &limits, clock, &media)?;
    forwarding.tell(&switchboard);
    let live = switchboard.recover().await.map_err(|failure| anyhow::anyhow!("{failure}"))?;
    if live > 0 {
        tracing::info!(live, "calls were taken up; those in them have time to come back");
    }
    tokio::spawn(switchboard.clone().sweep());
    let history = config.calls.history_retention;
    tokio::spawn(housekeeping::keep(store.clone(), Arc::clone(&limits), clock, history));

    let (router, sockets) = router(config, &store, &switchboard, &limits, &relaying)?;
    let listener = Listener::bind(config).await?;
    announce(config, listener.local_addr()?)?;
    listener.serve(router, stop_signal()).await?;
    tracing::info!("stopping: connections are closed, calls wait for the next start");
    drain(&sockets).await;
    forwarding.stop().await;
    relaying.stop().await;
    store.close().await;
    Ok(())
}

/// What carries media.
struct Media<'a> {
    relaying: &'a Relaying,
    forwarding: &'a Forwarding,
}

fn switchboard(
    config: &Config,
    store: &Store,
    limits: &Arc<Limits>,
    clock: Clock,
    media: &Media<'_>,
) -> anyhow::Result<Switchboard> {
    let resume = opening::secret(config, opening::RESUME_SECRET)?;
    let settings = Settings {
        policy: policy(config, media.forwarding.policy()),
        named_at_most: config.calls.max_participants,
        rings_per_callee: RINGS_PER_CALLEE,
        relay: media.relaying.told.clone(),
        access: media.relaying.access(),
        media: media.forwarding.rooms(),
        resume_secret: ResumeSecret::new(resume.expose().as_bytes().to_vec()),
    };
    Ok(Switchboard::new(store.clone(), Arc::clone(limits), clock, settings))
}

fn policy(config: &Config, sfu: SfuPolicy) -> Policy {
    let calls = &config.calls;
    Policy {
        ring: calls.ring,
        alone: calls.alone,
        max_duration: calls.max_duration,
        max_joined: calls.max_participants,
        sfu,
        busy: match calls.busy {
            Busy::Waiting => BusyPolicy::Waiting,
            Busy::Reject => BusyPolicy::Reject,
        },
        ..Policy::default()
    }
}

fn limit_settings(config: &Config) -> LimitSettings {
    match config.limits {
        LimitsProfile::Default => LimitSettings::default(),
        LimitsProfile::Load => LimitSettings::load(),
    }
}

fn router(
    config: &Config,
    store: &Store,
    switchboard: &Switchboard,
    limits: &Arc<Limits>,
    relaying: &Relaying,
) -> anyhow::Result<(Router, Sockets)> {
    let (verifier, tokens) = identity::verifier(config)?;
    let verifier: Arc<Verifier> = Arc::new(verifier);
    let identities = match (&config.identity, tokens) {
        (Identity::Embedded { registration }, Some(tokens)) => Identities::Embedded(Accounts {
            tokens,
            passwords: Passwords::new(PasswordSettings::default()),
            registration: registration_on_the_wire(*registration),
            session: Accounts::SESSION,
        }),
        (Identity::Embedded { .. }, None) => anyhow::bail!("own accounts need a token secret"),
        (Identity::Host { issuer, .. }, _) => {
            Identities::Host { issuer: issuer.clone().unwrap_or_default() }
        }
    };
    let http = HttpSettings {
        trusted_proxies: config.trusted_proxies.clone(),
        allowed_origins: config.allowed_origins.iter().map(ToString::to_string).collect(),
        tls: uses_tls(config),
        show_ips: config.log.show_ips,
        ..HttpSettings::default()
    };
    let proxies = config.trusted_proxies.clone();
    let sessions = Arc::new(Sessions::new(store.clone()));
    let state = ApiState {
        store: store.clone(),
        switchboard: switchboard.clone(),
        limits: Arc::clone(limits),
        verifier: Arc::clone(&verifier),
        sessions: Arc::clone(&sessions),
        identities: Arc::new(identities),
        http: Arc::new(http),
        calls: Arc::new(call_settings(switchboard, relaying)),
    };
    let told = state.config();
    let (layer, sockets) = realtime::layer(Realtime {
        switchboard: switchboard.clone(),
        sessions,
        verifier,
        limits: Arc::clone(limits),
        config: told,
        socket_limits: socket_limits(config),
        allowed_origins: config.allowed_origins.iter().map(ToString::to_string).collect(),
        client_address: ClientAddress::new(move |parts| api::client_address(parts, &proxies)),
    });
    // The pages carry headers of their own, so they are not among the layers of the API.
    let pages = web::pages(web::Built, web::Settings { tls: uses_tls(config) });
    Ok((api::router(state).fallback_service(pages).layer(layer), sockets))
}

fn call_settings(switchboard: &Switchboard, relaying: &Relaying) -> CallSettings {
    CallSettings {
        policy: switchboard.policy().clone(),
        relay: switchboard.has_relay(),
        stun_urls: relaying.stun_urls.clone(),
        transport_policy: IceTransport::All,
    }
}

fn socket_limits(config: &Config) -> SocketLimits {
    match config.limits {
        LimitsProfile::Default => SocketLimits::default(),
        LimitsProfile::Load => SocketLimits { per_address: 100_000, ..SocketLimits::default() },
    }
}

const fn registration_on_the_wire(registration: config::Registration) -> Registration {
    match registration {
        config::Registration::Open => Registration::Open,
        config::Registration::Invite => Registration::Invite,
        config::Registration::Closed => Registration::Closed,
    }
}

fn uses_tls(config: &Config) -> bool {
    config.tls != Tls::Plain || config.public_url.as_ref().is_some_and(config::WebOrigin::is_https)
}

/// Prints the address, for people and for programs that start this one.
fn announce(config: &Config, address: SocketAddr) -> anyhow::Result<()> {
    let scheme = if config.tls == Tls::Plain { "http" } else { "https" };
    let mut out = std::io::stdout();
    writeln!(out, "AeThex Connect calls listens on {scheme}://{address}")?;
    if let Some(public) = &config.public_url {
        writeln!(out, "Browsers reach it at {public}")?;
    }
    out.flush()?;
    Ok(())
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        result = tokio::signal::ctrl_c() => {
            if result.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

async fn drain(sockets: &Sockets) {
    if tokio::time::timeout(DRAIN, sockets.close()).await.is_err() {
        tracing::warn!("some sockets did not close in time");
    }
}
