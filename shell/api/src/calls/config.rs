//! `GET /api/calls/config`: what a client needs to know before it calls.

use axum::Json;
use axum::extract::State;
use call::BusyPolicy;
use wire::Wire;
use wire::body::{
    ConfigResponse, FeaturesBody, IceBody, IdentityMode, LimitsBody, Registration, TimesBody,
};

use crate::responses::Anywhere;
use crate::settings::Identities;
use crate::state::ApiState;

/// The version of the wire contract.
const PROTOCOL: u32 = 1;

/// Get features, limits, times and the ICE policy
///
/// Needs no token: a client reads here whether it can register.
#[utoipa::path(
    get, path = "/api/calls/config", operation_id = "getCallConfig", tag = "calls",
    responses((status = 200, description = "The configuration", body = ConfigResponse), Anywhere),
)]
pub(crate) async fn config(State(state): State<ApiState>) -> Json<ConfigResponse> {
    let (identity, registration) = match state.identities.as_ref() {
        Identities::Embedded(accounts) => (IdentityMode::Embedded, accounts.registration),
        Identities::Host { .. } => (IdentityMode::Host, Registration::Closed),
    };
    let calls = &state.calls;
    Json(ConfigResponse {
        protocol: PROTOCOL,
        server_time: Wire(state.now()),
        identity,
        registration,
        features: FeaturesBody {
            turn: calls.relay,
            sfu: false,
            recording: false,
            call_waiting: calls.policy.busy == BusyPolicy::Waiting,
        },
        limits: LimitsBody::from(&calls.policy),
        times: TimesBody::from(&calls.policy),
        ice: IceBody {
            transport_policy: calls.transport_policy,
            stun_urls: calls.stun_urls.clone(),
        },
    })
}
