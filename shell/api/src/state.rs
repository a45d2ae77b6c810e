//! What handlers work with.

use std::net::IpAddr;
use std::sync::Arc;

use auth::{Limit, LimitKey, Limits, RetryAfter, Verifier};
use call::{BusyPolicy, SfuPolicy};
use sessions::Sessions;
use store::Store;
use switchboard::Switchboard;
use vocab::UnixMillis;
use wire::body::{
    ConfigResponse, FeaturesBody, IceBody, IdentityMode, LimitsBody, Registration, TimesBody,
};
use wire::{Code, Failure, Wire};

use crate::refused::Refused;
use crate::settings::{Accounts, CallSettings, HttpSettings, Identities};

/// The version of the wire contract.
const PROTOCOL: u32 = 1;

/// Everything the API needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiState {
    /// Where people, conversations and keys are.
    pub store: Store,
    /// Carries out what is about calls.
    pub switchboard: Switchboard,
    /// How often somebody may ask.
    pub limits: Arc<Limits>,
    /// Checks bearer tokens.
    pub verifier: Arc<Verifier>,
    /// Whether a token's user may still act; shared with the sockets.
    pub sessions: Arc<Sessions>,
    /// Whose users these are.
    pub identities: Arc<Identities>,
    /// How requests arrive.
    pub http: Arc<HttpSettings>,
    /// What is told of calls.
    pub calls: Arc<CallSettings>,
}

impl ApiState {
    /// What clients need to know before they call; sockets are told the same.
    #[must_use]
    pub fn config(&self) -> ConfigResponse {
        let (identity, registration) = match self.identities.as_ref() {
            Identities::Embedded(accounts) => (IdentityMode::Embedded, accounts.registration),
            Identities::Host { .. } => (IdentityMode::Host, Registration::Closed),
        };
        let CallSettings { policy, relay, stun_urls, transport_policy } = self.calls.as_ref();
        ConfigResponse {
            protocol: PROTOCOL,
            server_time: Wire(self.now()),
            identity,
            registration,
            features: FeaturesBody {
                turn: *relay,
                sfu: policy.sfu != SfuPolicy::Off,
                recording: false,
                call_waiting: policy.busy == BusyPolicy::Waiting,
            },
            limits: LimitsBody::from(policy),
            times: TimesBody::from(policy),
            ice: IceBody { transport_policy: *transport_policy, stun_urls: stun_urls.clone() },
        }
    }

    /// Now, by the clock of calls.
    pub(crate) fn now(&self) -> UnixMillis {
        self.switchboard.clock().now()
    }

    /// Our own accounts; a refusal when the host product has them.
    pub(crate) fn accounts(&self) -> Result<&Accounts, Refused> {
        match self.identities.as_ref() {
            Identities::Embedded(accounts) => Ok(accounts),
            Identities::Host { .. } => Err(Code::ManagedElsewhere.into()),
        }
    }

    /// Takes one from a person's or a key's general limit.
    pub(crate) fn limit_general(&self, key: LimitKey) -> Result<(), Refused> {
        self.limits.check(Limit::Api, key).map_err(limited)
    }

    /// Takes one from a limit by address.
    pub(crate) fn limit_address(&self, limit: Limit, address: IpAddr) -> Result<(), Refused> {
        self.limits.check(limit, LimitKey::ip(address)).map_err(limited)
    }
}

/// A used-up limit as an answer.
pub(crate) fn limited(wait: RetryAfter) -> Refused {
    let seconds = u32::try_from(wait.seconds).unwrap_or(u32::MAX);
    Failure::of(Code::RateLimited).with_retry_after(seconds).into()
}

/// Random bytes for a new id.
pub(crate) fn random_id_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    rand::fill(&mut bytes[..]);
    bytes
}
