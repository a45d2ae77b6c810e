//! Writes failures as `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::Response;
use wire::Problem;

use crate::layers::span::RequestId;
use crate::refused::Refused;

pub(super) async fn write_problem(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(Refused(failure)) = response.extensions_mut().remove::<Refused>() else {
        return response;
    };
    let retry_after = failure.retry_after;
    let problem = Problem::new(failure, id);
    let unauthorized = problem.status == 401;
    // A problem is plain strings and numbers: it always serialises.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    *response.body_mut() = Body::from(body);
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if unauthorized {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
