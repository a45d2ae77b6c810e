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

    /// The origin of an address.
    pub(crate) fn of(address: std::net::SocketAddr, tls: bool) -> Self {
        let scheme = if tls { "https" } else { "http" };
        Self(format!("{scheme}://{address}"))
    }

    /// Host, and port unless it is the default one.
    pub(crate) fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Name or address; an IPv6 address in brackets.
    pub(crate) fn host(&self) -> &str {
        self.parts().0
    }

    /// The port, also when it is the default one.
    pub(crate) fn port(&self) -> u16 {
        self.parts().1.unwrap_or(if self.is_https() { 443 } else { 80 })
    }

    fn parts(&self) -> (&str, Option<u16>) {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                // The colon is one of an IPv6 address in brackets.
                Err(_) => (authority, None),
            },
            None => (authority, None),
        }
    }

    /// Whether only this machine reaches it: `localhost` (RFC 6761 §6.3) or a loopback address.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        let named = host == "localhost" || host.ends_with(".localhost");
        named || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
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
    fn the_host_of_an_origin_stands_without_its_port_and_loopback_is_known() {
        let of = |text| {
            let origin = WebOrigin::parse(text).unwrap();
            (origin.host().to_owned(), origin.port(), origin.is_local())
        };
        assert_eq!(of("https://calls.example.com:8443"), ("calls.example.com".into(), 8443, false));
        assert_eq!(of("https://calls.example.com"), ("calls.example.com".into(), 443, false));
        assert_eq!(of("http://[::1]:8080"), ("[::1]".into(), 8080, true));
        assert_eq!(of("http://[2001:db8::1]"), ("[2001:db8::1]".into(), 80, false));
        assert_eq!(of("http://127.0.0.1:8080"), ("127.0.0.1".into(), 8080, true));
        assert_eq!(of("http://localhost"), ("localhost".into(), 80, true));
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
