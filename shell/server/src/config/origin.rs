//! Web addresses: the origin part of a URL (RFC 6454 §4), all that configuration needs of one.

use std::fmt;

/// Scheme, host and port, as browsers write it in `Origin`: lower case, no default port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct WebOrigin(String);

impl WebOrigin {
    /// Reads `https://host[:port]` or `http://host[:port]`, with nothing behind but one slash.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let uri: axum::http::Uri = text.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let authority = uri.authority()?;
        let bare = uri.query().is_none() && uri.path() == "/" && !text.contains('#');
        let plain = !authority.as_str().contains('@') && !authority.host().is_empty();
        // Behind the host stands a port, or nothing.
        let dangling = authority.port_u16().is_none() && authority.as_str() != authority.host();
        if !bare || !plain || dangling || authority.host().contains('*') {
            return None;
        }
        let host = authority.host().to_ascii_lowercase();
        let port = authority.port_u16().filter(|port| *port != default_port);
        Some(Self(match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }

    /// As browsers write it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach it over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let written = |text| WebOrigin::parse(text).unwrap().to_string();
        assert_eq!(written("https://App.Example.com:443/"), "https://app.example.com");
        assert_eq!(written("http://localhost:5173"), "http://localhost:5173");
        assert_eq!(written("http://[::1]:80"), "http://[::1]");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        let wrong = [
            "*",
            "null",
            "app.example.com",
            "https://",
            "https://*.example.com",
            "https://a/path",
            "https://a?x",
            "https://a#x",
            "https://u@a",
            "ftp://a",
            "https://a:",
            "https://a:99999",
        ];
        for text in wrong {
            assert_eq!(WebOrigin::parse(text), None, "{text}");
        }
    }
}
