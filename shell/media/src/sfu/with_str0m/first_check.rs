//! The first connectivity check of a client, taken for a nomination.
//!
//! A server that is ICE-lite sends on what the client has nominated (RFC 8445 §8.1.1). Chromium
//! begins DTLS with the answer to its first check, and nominates with its next, 50 ms later: until
//! then the server's part of the handshake would wait. So the first check that is authentic counts
//! as a nomination.
//!
//! Its priority is the client's: the library sends on the nominated pair that is highest, and gives
//! a client's address the priority of its first check for ever. One that were lowered would lose to
//! any other that was ever nominated, TCP for a moment say, also after the client has gone back to it.
//! Only the first check of a connection is taken so, not those after ICE began anew: where packets
//! from the client arrive and packets to it do not, its own choice is waited for then.

use str0m::crypto::from_feature_flags;
use str0m::ice::StunMessage;

use super::engine::check_in;

/// More than a check of ours can have: a username of 513 bytes (RFC 8489 §14.3) and 100 more.
const LONGEST: usize = 700;

/// What is known of a check.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum First {
    /// It is none of this connection's, or not authentic.
    NotMine,
    /// It nominates by itself.
    Nominates,
    /// The same check with a nomination.
    Instead(Vec<u8>),
}

/// Looks at a datagram for a connection that nothing was nominated of. `password` is the server's.
pub(super) fn first_check(datagram: &[u8], password: &str) -> First {
    let Some(check) = check_in(datagram) else { return First::NotMine };
    let provider = from_feature_flags().sha1_hmac_provider;
    let hmac = |key: &[u8], parts: &[&[u8]]| provider.sha1_hmac(key, parts);
    let authentic = check.verify(password.as_bytes(), hmac);
    let said = (check.username(), check.ice_controlling(), check.prio());
    let (true, (Some(name), Some(tie), Some(priority))) = (authentic, said) else {
        return First::NotMine;
    };
    if check.use_candidate() {
        return First::Nominates;
    }
    let trans_id = check.trans_id();
    let instead = StunMessage::binding_request(name, trans_id, true, tie, priority, true);
    let mut bytes = vec![0; LONGEST];
    match instead.to_bytes(Some(password.as_bytes()), &mut bytes, hmac) {
        Ok(length) => {
            bytes.truncate(length);
            First::Instead(bytes)
        }
        Err(_) => First::NotMine,
    }
}

#[cfg(test)]
mod tests {
    use str0m::ice::TransId;

    use super::*;

    const PASSWORD: &str = "the password of the server";

    fn check(password: &str, nominates: bool) -> Vec<u8> {
        let id = TransId::new();
        let message =
            StunMessage::binding_request("ours:theirs", id, true, 7, 1_845_501_695, nominates);
        let provider = from_feature_flags().sha1_hmac_provider;
        let mut bytes = vec![0; LONGEST];
        let hmac = |key: &[u8], parts: &[&[u8]]| provider.sha1_hmac(key, parts);
        let length = message.to_bytes(Some(password.as_bytes()), &mut bytes, hmac).unwrap();
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn a_check_without_a_nomination_gets_one_and_stays_the_same_otherwise() {
        let sent = check(PASSWORD, false);
        let First::Instead(instead) = first_check(&sent, PASSWORD) else {
            panic!("nothing instead of it");
        };
        let (sent, instead) =
            (StunMessage::parse(&sent).unwrap(), StunMessage::parse(&instead).unwrap());
        assert!(instead.use_candidate());
        assert_eq!(instead.prio(), sent.prio());
        assert_eq!(instead.trans_id(), sent.trans_id());
        assert_eq!(instead.username(), sent.username());
        assert_eq!(instead.ice_controlling(), sent.ice_controlling());
        let provider = from_feature_flags().sha1_hmac_provider;
        assert!(instead.verify(PASSWORD.as_bytes(), |key, parts| provider.sha1_hmac(key, parts)));
    }

    #[test]
    fn a_check_that_nominates_stays_as_it_is() {
        assert_eq!(first_check(&check(PASSWORD, true), PASSWORD), First::Nominates);
    }

    #[test]
    fn what_is_not_authentic_nominates_nothing() {
        for datagram in [check("a guess", false), check("a guess", true), vec![], vec![0; 20]] {
            assert_eq!(first_check(&datagram, PASSWORD), First::NotMine);
        }
        let mut changed = check(PASSWORD, false);
        changed[30] ^= 1;
        assert_eq!(first_check(&changed, PASSWORD), First::NotMine);
    }
}
