//! The id of a request, and its line in the log: never a token, a query or a whole address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;
use vocab::uuid_v7;

use crate::extract::ClientIp;
use crate::state::{ApiState, random_id_bytes};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The request's number in the log.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) String);

pub(super) async fn span(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = uuid_v7(state.now(), random_id_bytes()).to_string();
    let client = ClientIp::of(&request, &state.http.trusted_proxies);
    let matched = request.extensions().get::<MatchedPath>();
    let span = tracing::info_span!(
        "request",
        %id,
        method = %request.method(),
        route = matched.map_or("-", MatchedPath::as_str),
        client = %shown(client.0, state.http.show_ips),
    );
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    span.in_scope(|| {
        let (status, ms) = (response.status().as_u16(), elapsed.as_secs_f64() * 1_000.0);
        if status >= 500 {
            tracing::warn!(status, ms, "answered");
        } else {
            tracing::info!(status, ms, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The network of an address, /24 or /48, unless whole addresses are wanted.
fn shown(address: IpAddr, whole: bool) -> IpAddr {
    if whole {
        return address;
    }
    match address {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_show_the_network_of_a_client_only() {
        let cut = |text: &str| shown(text.parse().unwrap(), false).to_string();
        assert_eq!(cut("203.0.113.77"), "203.0.113.0");
        assert_eq!(cut("2001:db8:1:2:3::4"), "2001:db8:1::");
        assert_eq!(shown("203.0.113.77".parse().unwrap(), true).to_string(), "203.0.113.77");
    }
}
