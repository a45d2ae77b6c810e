//! Which pages of other sites may connect (RFC 6454). Browsers name the page's origin in every
//! WebSocket request and in requests to other sites; programs name none.

use std::sync::Arc;

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri};

/// The origins that may connect, beside the server's own.
#[derive(Debug, Clone)]
pub(crate) struct AllowedOrigins(Arc<[String]>);

/// From where a request comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// No browser's page, or one of this server.
    Here,
    /// A page of an allowed site, with its origin as it was written.
    Allowed(HeaderValue),
    /// A page of any other site.
    Elsewhere,
}

impl AllowedOrigins {
    /// Origins as browsers write them: lower case, no default port, no slash.
    pub(crate) fn new(origins: Vec<String>) -> Self {
        Self(origins.into())
    }

    pub(crate) fn origin_of(&self, uri: &Uri, headers: &HeaderMap) -> From {
        let Some(origin) = headers.get(ORIGIN) else { return From::Here };
        let Ok(text) = origin.to_str() else { return From::Elsewhere };
        if is_own(text, uri, headers) {
            return From::Here;
        }
        if self.0.iter().any(|allowed| allowed == text) {
            return From::Allowed(origin.clone());
        }
        From::Elsewhere
    }
}

fn is_own(origin: &str, uri: &Uri, headers: &HeaderMap) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return false,
    };
    let host = match headers.get(HOST) {
        Some(host) => host.to_str().ok().and_then(|host| host.parse().ok()),
        None => uri.authority().cloned(),
    };
    let (Ok(page), Some(host)) = (authority.parse::<Authority>(), host) else { return false };
    let host: Authority = host;
    let port = |one: &Authority| one.port_u16().unwrap_or(default);
    page.host().eq_ignore_ascii_case(host.host()) && port(&page) == port(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: Option<&str>, host: &str) -> From {
        let allowed = AllowedOrigins::new(vec!["https://chat.example".to_owned()]);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        allowed.origin_of(&Uri::from_static("/socket.io/"), &headers)
    }

    #[test]
    fn programs_and_own_pages_may_connect() {
        for (origin, host) in [
            (None, "calls.example"),
            (Some("https://calls.example"), "calls.example"),
            (Some("https://calls.example"), "calls.example:443"),
            (Some("http://LocalHost:8080"), "localhost:8080"),
            (Some("http://[::1]:8080"), "[::1]:8080"),
        ] {
            assert_eq!(from(origin, host), From::Here, "{origin:?} to {host}");
        }
    }

    #[test]
    fn pages_of_other_sites_need_permission() {
        let allowed = from(Some("https://chat.example"), "calls.example");
        assert_eq!(allowed, From::Allowed(HeaderValue::from_static("https://chat.example")));
        for origin in [
            "null",
            "https://evil.example",
            "http://chat.example",
            "https://chat.example.evil.example",
            "http://calls.example:8081",
            "https://",
            "file://calls.example",
        ] {
            assert_eq!(from(Some(origin), "calls.example"), From::Elsewhere, "{origin}");
        }
    }
}
