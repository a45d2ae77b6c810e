//! What browsers are told beside the content: policies and caching.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Never kept: the page names the scripts of the newest build, and its nonce is good once.
pub(crate) const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
/// Kept, and asked for again each time (RFC 9111 §5.2.2.4).
pub(crate) const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Kept for a year and never asked for again: the name changes with the content (RFC 8246).
pub(crate) const KEPT: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");

/// Two years (RFC 6797 §6.1.1).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// What a call needs is for the page itself; anything else that browsers would ask a person for
/// is for nobody. `autoplay` is the sound of the others.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), \
     fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), \
     accelerometer=(), clipboard-read=(), encrypted-media=(), gamepad=(), \
     geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), \
     magnetometer=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), \
     usb=(), window-management=(), xr-spatial-tracking=()",
);

const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Adds the policies that every answer carries. `nonce` allows the styles that bear it.
pub(crate) fn add_policies(headers: &mut HeaderMap, tls: bool, nonce: Option<&str>) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    // A policy is visible ASCII, as a nonce is: it always makes a header.
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(nonce)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// Content Security Policy Level 3: nothing but our own, and no script in the page.
fn content_security_policy(nonce: Option<&str>) -> String {
    let style = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
         connect-src 'self' ws: wss:; media-src 'self' blob:; img-src 'self' data: blob:; \
         style-src 'self'{style}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
