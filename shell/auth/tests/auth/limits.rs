//! Rate limits on a clock that the test turns.

use std::net::IpAddr;
use std::time::Duration;

use auth::{
    BackoffSettings, Limit, LimitClock, LimitKey, LimitSettings, Limits, RetryAfter,
    limited_address,
};
use vocab::UserId;

const ALL: [Limit; 10] = [
    Limit::SocketEvents,
    Limit::Offers,
    Limit::Initiate,
    Limit::TurnCredentials,
    Limit::Gestures,
    Limit::Login,
    Limit::LoginIp,
    Limit::Register,
    Limit::Api,
    Limit::ApiIp,
];

fn limits() -> (Limits, LimitClock) {
    limits_with(&LimitSettings::default())
}

fn limits_with(settings: &LimitSettings) -> (Limits, LimitClock) {
    let clock = LimitClock::turned();
    (Limits::new(settings, clock.clone()), clock)
}

fn user(last: u128) -> UserId {
    UserId::from_uuid(vocab::Uuid::from_u128(last))
}

fn ip(text: &str) -> LimitKey {
    LimitKey::ip(text.parse().unwrap())
}

fn let_through(limits: &Limits, limit: Limit, key: LimitKey, attempts: u32) -> u32 {
    (0..attempts).map(|_| u32::from(limits.check(limit, key).is_ok())).sum()
}

#[test]
fn each_limit_lets_its_burst_through_and_then_its_rate() {
    let (limits, clock) = limits();
    let key = LimitKey::user(user(1));
    for (limit, burst, seconds, refilled) in [
        (Limit::SocketEvents, 100, 1, 50),
        (Limit::Offers, 5, 10, 5),
        (Limit::Initiate, 10, 60, 10),
        (Limit::TurnCredentials, 30, 60, 30),
        (Limit::Gestures, 10, 1, 5),
        (Limit::Login, 10, 60, 10),
        (Limit::LoginIp, 100, 60, 100),
        (Limit::Register, 20, 3_600, 20),
        (Limit::Api, 200, 10, 100),
        (Limit::ApiIp, 2_000, 10, 1_000),
    ] {
        assert_eq!(let_through(&limits, limit, key, 3_000), burst, "{limit:?} at once");
        clock.advance(Duration::from_secs(seconds));
        assert_eq!(let_through(&limits, limit, key, 3_000), refilled, "{limit:?} later");
    }
}

#[test]
fn a_refusal_tells_after_how_many_seconds_the_next_attempt_succeeds() {
    let (limits, clock) = limits();
    let key = LimitKey::user(user(1));
    assert_eq!(let_through(&limits, Limit::Initiate, key, 10), 10);
    assert_eq!(limits.check(Limit::Initiate, key), Err(RetryAfter { seconds: 6 }));
    clock.advance(Duration::from_millis(5_500));
    assert_eq!(limits.check(Limit::Initiate, key), Err(RetryAfter { seconds: 1 }));
    clock.advance(Duration::from_millis(500));
    assert_eq!(limits.check(Limit::Initiate, key), Ok(()));
}

#[test]
fn keys_and_limits_do_not_share_buckets() {
    let (limits, _) = limits();
    let keys = [
        LimitKey::user(user(1)),
        LimitKey::user(user(2)),
        ip("192.0.2.1"),
        ip("192.0.2.2"),
        LimitKey::account("ann@example.com"),
        LimitKey::account("ann@example.co"),
        LimitKey::socket_target("s", user(1)),
        LimitKey::socket_target("s", user(2)),
        LimitKey::socket_target("t", user(1)),
    ];
    for key in keys {
        assert_eq!(let_through(&limits, Limit::Offers, key, 9), 5);
        assert_eq!(let_through(&limits, Limit::Login, key, 99), 10);
    }
}

#[test]
fn an_ipv6_address_counts_by_its_64_and_a_mapped_one_as_ipv4() {
    let cut = |text: &str| limited_address(text.parse().unwrap()).to_string();
    assert_eq!(cut("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    assert_eq!(cut("192.0.2.7"), "192.0.2.7");
    assert_eq!(cut("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(ip("2001:db8:1:2::1"), ip("2001:db8:1:2:ffff::9"));
    assert_ne!(ip("2001:db8:1:2::1"), ip("2001:db8:1:3::1"));
    assert_eq!(ip("::ffff:192.0.2.7"), ip("192.0.2.7"));
    assert_ne!(ip("192.0.2.7"), ip("192.0.2.8"));
    assert_ne!(LimitKey::ip(IpAddr::from([0; 4])), LimitKey::ip(IpAddr::from([0; 16])));
}

#[test]
fn idle_keys_are_forgotten_and_busy_ones_are_not() {
    let (limits, clock) = limits();
    for n in 0..1_000 {
        limits.check(Limit::Api, LimitKey::user(user(n))).unwrap();
    }
    let busy = LimitKey::user(user(0));
    assert_eq!(let_through(&limits, Limit::Initiate, busy, 99), 10);
    limits.login_failed(busy, ip("192.0.2.1"));
    assert_eq!(limits.held_keys(), 1_002);
    clock.advance(Duration::from_secs(30));
    limits.forget_idle();
    assert_eq!(limits.held_keys(), 2);
    assert_eq!(let_through(&limits, Limit::Initiate, busy, 99), 5, "its bucket was kept");
    clock.advance(Duration::from_secs(3_600));
    limits.forget_idle();
    assert_eq!(limits.held_keys(), 0);
}

#[test]
fn failed_logins_wait_longer_and_longer_until_one_succeeds() {
    let (limits, clock) = limits();
    let (account, address) = (LimitKey::account("ann@example.com"), ip("192.0.2.1"));
    let attempt = || limits.check_login(account, address);
    for _ in 0..3 {
        assert_eq!(attempt(), Ok(()));
        limits.login_failed(account, address);
    }
    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        assert_eq!(attempt(), Ok(()));
        limits.login_failed(account, address);
        assert_eq!(attempt(), Err(RetryAfter { seconds }));
        assert_eq!(limits.check_login(account, ip("192.0.2.2")), Ok(()), "others are free");
        clock.advance(Duration::from_secs(seconds.max(12)));
    }
    assert_eq!(attempt(), Ok(()));
    limits.login_succeeded(account, address);
    limits.login_failed(account, address);
    assert_eq!(attempt(), Ok(()));
}

#[test]
fn failures_are_forgotten_after_twice_the_longest_wait() {
    let (limits, clock) = limits();
    let (account, address) = (LimitKey::account("ann@example.com"), ip("192.0.2.1"));
    for _ in 0..20 {
        limits.login_failed(account, address);
    }
    assert_eq!(limits.check_login(account, address), Err(RetryAfter { seconds: 300 }));
    clock.advance(Duration::from_secs(601));
    limits.login_failed(account, address);
    assert_eq!(limits.check_login(account, address), Ok(()));
}

#[test]
fn logins_are_limited_by_account_from_anywhere_and_by_address_for_any_account() {
    let (limits, _) = limits();
    let account = LimitKey::account("ann@example.com");
    let from_anywhere = (0..200).map(|n| LimitKey::ip(IpAddr::from([192, 0, 2, n])));
    let passed = from_anywhere.filter(|ip| limits.check_login(account, *ip).is_ok()).count();
    assert_eq!(passed, 10);
    let address = ip("198.51.100.1");
    let any = (0..200).map(|n| LimitKey::account(&format!("user{n}@example.com")));
    let passed = any.filter(|account| limits.check_login(*account, address).is_ok()).count();
    assert_eq!(passed, 100);
}

#[test]
fn the_load_profile_stays_out_of_the_way_of_one_machine() {
    let (limits, _) = limits_with(&LimitSettings::load());
    let key = LimitKey::user(user(1));
    for limit in ALL {
        assert_eq!(let_through(&limits, limit, key, 10_000), 10_000, "{limit:?}");
    }
}

#[test]
fn every_number_can_be_configured_and_unknown_names_are_refused() {
    let json = r#"{ "initiate": "2/min", "login_backoff": { "free": 0 } }"#;
    let settings: LimitSettings = serde_json::from_str(json).unwrap();
    let backoff = BackoffSettings { free: 0, ..BackoffSettings::default() };
    assert_eq!(settings.login_backoff, backoff);
    assert_eq!(settings.offers, LimitSettings::default().offers);
    let (limits, _) = limits_with(&settings);
    assert_eq!(let_through(&limits, Limit::Initiate, LimitKey::user(user(1)), 9), 2);
    assert!(serde_json::from_str::<LimitSettings>(r#"{ "initate": "2/min" }"#).is_err());
    assert!(serde_json::from_str::<LimitSettings>(r#"{ "initiate": "lots" }"#).is_err());
}

#[test]
fn the_real_clock_runs() {
    let limits = Limits::new(&LimitSettings::default(), LimitClock::monotonic());
    assert_eq!(limits.check(Limit::Login, LimitKey::user(user(1))), Ok(()));
}
