//! Relay credentials: who may have them, and for how long.

use auth::Limit;
use call::Refusal;
use sha2::Digest as _;
use vocab::{CallId, UserId};
use wire::body::{CallBody, TurnCredentialsBody, TurnCredentialsResponse};
use wire::{Code, Failure, Secret, Wire};

use crate::reading::call_extras;
use crate::switchboard::{Actor, Switchboard, stored};

impl Switchboard {
    /// Credentials for the relay, bound to a call when one is named. Whoever may come to the
    /// call gets them, so that a late join begins with them; the relay itself serves those who
    /// are in it or asked to come (`MediaAccess`).
    ///
    /// # Errors
    /// `turn_not_configured`, `call_not_found`, `call_ended`, `removed`, `rate_limited`.
    pub async fn turn_credentials(
        &self,
        actor: &Actor,
        call: Option<CallId>,
    ) -> Result<TurnCredentialsResponse, Failure> {
        self.limit(Limit::TurnCredentials, actor.user)?;
        let relay = self.settings().relay.as_ref().ok_or(Code::TurnNotConfigured)?;
        if let Some(call) = call {
            self.may_relay(actor.user, call).await?;
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

    /// Refuses whoever can never again send media for a call; once it is over, with the call as
    /// it ended.
    async fn may_relay(&self, user: UserId, call: CallId) -> Result<(), Failure> {
        let found = self.visible(user, call).await?;
        if found.state.participant(user).is_some_and(call::Participant::was_removed) {
            return Err(Refusal::Removed.into());
        }
        if !found.state.status.is_terminal() {
            return Ok(());
        }
        let profiles = self.profiles_of([&found.state]).await?;
        let extras = call_extras(&found);
        Err(Failure::from(Refusal::CallEnded).with_call(CallBody::new(
            &found.state,
            &profiles,
            &extras,
        )))
    }
}
