//! The running server as browsers see it: HTTP, the socket, the certificate, the clock.

use std::time::Duration;

use vocab::UnixMillis;
use wire::body::ConfigResponse;

use super::http::Server;
use super::report::Finding;
use super::tls::Verdict;
use crate::config::Config;

/// Clocks further apart make times wrong that people see.
const NOTICED: Duration = Duration::from_secs(5);
/// Clocks further apart make tokens and credentials fail.
const HARMFUL: Duration = Duration::from_secs(60);

/// Where sockets are opened; version 4 of Engine.IO.
const POLLING: &str = "/socket.io/?EIO=4&transport=polling";
const WEBSOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

/// What the server told of itself, if it did, and the lines about it.
pub(super) fn check(
    server: &Server,
    now: impl Fn() -> UnixMillis,
) -> (Vec<Finding>, Option<ConfigResponse>) {
    let mut findings = Vec::new();
    let origin = server.origin().to_string();
    let health = server.get("/healthz");
    findings.push(match &health {
        Ok(answer) if answer.status == 200 => Finding::ok("server", format!("{origin} answers")),
        Ok(answer) => Finding::failed(
            "server",
            format!(
                "{origin}/healthz answers {}: does another program listen there, or does the \
                 proxy not pass requests on?",
                answer.status
            ),
        ),
        Err(error) => Finding::failed(
            "server",
            format!(
                "{origin} does not answer ({error}): does the server run, and is the port open?"
            ),
        ),
    });
    let Ok(health) = health else {
        let skipped = ["certificate", "socket", "clock"];
        let why = "the server does not answer";
        findings.extend(skipped.into_iter().map(|check| Finding::skipped(check, why)));
        return (findings, None);
    };
    findings.push(certificate(&origin, health.certificate.as_ref()));
    findings.push(socket(server));
    let before = now();
    let told: Option<ConfigResponse> = server
        .get("/api/calls/config")
        .ok()
        .and_then(|answer| serde_json::from_slice(&answer.body).ok());
    findings.push(match &told {
        Some(told) => clock(told.server_time.0, before, now()),
        None => Finding::failed(
            "clock",
            format!("{origin}/api/calls/config tells no time: is this server one of calls?"),
        ),
    });
    (findings, told)
}

fn certificate(origin: &str, verdict: Option<&Verdict>) -> Finding {
    let check = "certificate";
    match verdict {
        None => Finding::skipped(
            check,
            "plain HTTP: browsers give camera and microphone on localhost only",
        ),
        Some(Verdict::Good) => Finding::ok(check, "valid, and for more than two weeks"),
        Some(Verdict::ExpiresSoon) => {
            Finding::warning(check, "expires within two weeks: renew it and restart the server")
        }
        Some(Verdict::UnknownIssuer) => Finding::warning(
            check,
            "self-signed or of an unknown authority: browsers warn; good for a try only",
        ),
        Some(Verdict::NoRoots) => Finding::warning(
            check,
            "not judged: this machine has no list of authorities (package ca-certificates)",
        ),
        Some(Verdict::Bad(why)) => Finding::failed(
            check,
            format!("the certificate of {origin} {why}: see tls_cert, or the proxy's own"),
        ),
    }
}

/// Opens an Engine.IO session both ways. Nothing is authenticated, so both end by themselves.
fn socket(server: &Server) -> Finding {
    let check = "socket";
    let advice = "does the proxy in front pass /socket.io/ on";
    match server.get(POLLING) {
        Ok(answer) if answer.status == 200 && is_open(&String::from_utf8_lossy(&answer.body)) => {}
        Ok(answer) => {
            let text = format!("long polling answers {}: {advice}?", answer.status);
            return Finding::failed(check, text);
        }
        Err(error) => return Finding::failed(check, format!("long polling: {error}: {advice}?")),
    }
    match server.first_words(WEBSOCKET) {
        Ok(words) if is_open(&words) => {
            Finding::ok(check, "opens over long polling and over WebSocket")
        }
        Ok(_) => Finding::failed(check, format!("the WebSocket says something else: {advice}?")),
        Err(error) => Finding::failed(
            check,
            format!("WebSocket: {error}: {advice}, and let WebSocket upgrades through?"),
        ),
    }
}

/// The packet that opens a session: type 0, then JSON.
fn is_open(packet: &str) -> bool {
    packet.starts_with("0{") && packet.contains("\"sid\"")
}

fn clock(server: UnixMillis, before: UnixMillis, after: UnixMillis) -> Finding {
    let check = "clock";
    let apart = if server < before {
        before.saturating_since(server)
    } else {
        server.saturating_since(after)
    };
    let seconds = apart.as_secs();
    let advice = "set the clocks by NTP";
    if apart > HARMFUL {
        let text = format!(
            "the server's clock is {seconds} s away from this machine's: tokens and TURN \
             credentials fail; {advice}"
        );
        Finding::failed(check, text)
    } else if apart > NOTICED {
        let text = format!("the server's clock is {seconds} s away from this machine's: {advice}");
        Finding::warning(check, text)
    } else {
        Finding::ok(check, "the server's is this machine's, within 5 s")
    }
}

/// Where the server of this configuration is asked: under `--url`, its public URL, or where it
/// listens.
pub(super) fn server(config: &Config, url: Option<&crate::config::WebOrigin>) -> Server {
    if let Some(url) = url.or(config.public_url.as_ref()) {
        return Server::new(url.clone(), None);
    }
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() { [127, 0, 0, 1].into() } else { LOOPBACK_V6 };
        address.set_ip(loopback);
    }
    Server::new(
        crate::config::WebOrigin::of(address, config.tls != crate::config::Tls::Plain),
        Some(address),
    )
}

const LOOPBACK_V6: std::net::IpAddr = std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::report::Outcome;

    #[test]
    fn clocks_may_differ_by_5_s_and_must_not_by_60() {
        let at = |seconds: i64| UnixMillis::from_millis(1_700_000_000_000 + seconds * 1_000);
        let outcome = |server: i64| clock(at(server), at(0), at(1)).outcome;
        assert_eq!([outcome(0), outcome(1), outcome(-5), outcome(6)], [Outcome::Ok; 4]);
        assert_eq!([outcome(-6), outcome(7), outcome(-60), outcome(61)], [Outcome::Warning; 4]);
        assert_eq!([outcome(-61), outcome(62)], [Outcome::Failed; 2]);
    }

    #[test]
    fn what_browsers_think_of_a_certificate_is_a_line() {
        let outcome = |verdict| certificate("https://a.test", Some(&verdict)).outcome;
        assert_eq!(outcome(Verdict::Good), Outcome::Ok);
        assert_eq!(outcome(Verdict::ExpiresSoon), Outcome::Warning);
        assert_eq!(outcome(Verdict::UnknownIssuer), Outcome::Warning);
        assert_eq!(outcome(Verdict::Bad("has expired".into())), Outcome::Failed);
        assert_eq!(certificate("http://a.test", None).outcome, Outcome::Skipped);
    }
}
