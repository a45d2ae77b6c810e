//! Relay credentials: who may have them, and for how long.

use auth::Limit;
use call::Refusal;
use sha2::Digest as _;
use vocab::CallId;
use wire::body::{TurnCredentialsBody, TurnCredentialsResponse};
use wire::{Code, Failure, Secret, Wire};

use crate::switchboard::{Actor, Switchboard, stored};

impl Switchboard {
    /// Credentials for the relay, bound to a call when one is named.
    ///
    /// # Errors
    /// `turn_not_configured`, `call_not_found`, `call_ended`, `rate_limited`.
    pub async fn turn_credentials(
        &self,
        actor: &Actor,
        call: Option<CallId>,
    ) -> Result<TurnCredentialsResponse, Failure> {
        self.limit(Limit::TurnCredentials, actor.user)?;
        let relay = self.settings().relay.as_ref().ok_or(Code::TurnNotConfigured)?;
        if let Some(call) = call {
            let found = self.get(actor.user, call).await?.call;
            if found.status.0.is_terminal() {
                return Err(Failure::from(Refusal::CallEnded).with_call(found));
            }
        }
        let now = self.clock().now();
        let issued = relay.secrets.issue(now, relay.ttl, actor.user, call);
        let hash = sha2::Sha256::digest(issued.credential.expose()).into();
        self.store()
            .insert_turn_credential(actor.user, &issued.username, &hash, issued.expires_at, now)
            .await
            .map_err(stored)?;
        let credentials = TurnCredentialsBody {
            urls: relay.urls.clone(),
            username: issued.username,
            credential: Secret::new(issued.credential.into_exposed()),
        };
        let ttl = u32::try_from(relay.ttl.as_secs()).unwrap_or(u32::MAX);
        Ok(TurnCredentialsResponse { credentials, ttl, expires_at: Wire(issued.expires_at) })
    }
}
