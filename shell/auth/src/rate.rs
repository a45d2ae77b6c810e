//! One rate: how many per how long, and how many at once.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::Quota;
use serde::Deserialize;

/// A rate as configured: `10/min`, `5/10s`, `50/s burst 100`.
///
/// A token bucket: it holds `burst` (by default the count), and `count` flow back evenly in each
/// `per`. So `5/10s` lets five through at once and then one every two seconds.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Rate {
    count: NonZeroU32,
    per: Duration,
    burst: NonZeroU32,
}

/// The text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rate; write for example 10/min, 5/10s or 50/s burst 100")]
pub struct InvalidRate(String);

impl Rate {
    /// `count` in each `per`, as many at once.
    ///
    /// # Panics
    /// When `count` or `per` is zero; for constants, a configured text is parsed.
    #[must_use]
    pub const fn new(count: u32, per: Duration) -> Self {
        assert!(!per.is_zero(), "a rate has a period");
        let count = NonZeroU32::new(count).expect("a rate lets something through");
        Self { count, per, burst: count }
    }

    /// The same rate with another number at once.
    ///
    /// # Panics
    /// When `burst` is zero.
    #[must_use]
    pub const fn burst(self, burst: u32) -> Self {
        let burst = NonZeroU32::new(burst).expect("a rate lets something through");
        Self { burst, ..self }
    }

    pub(crate) fn quota(self) -> Quota {
        let each = (self.per / self.count.get()).max(Duration::from_nanos(1));
        Quota::with_period(each).expect("the period is not zero").allow_burst(self.burst)
    }
}

impl FromStr for Rate {
    type Err = InvalidRate;
    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        parse(text).ok_or_else(|| InvalidRate(text.to_owned()))
    }
}

impl TryFrom<String> for Rate {
    type Error = InvalidRate;
    fn try_from(text: String) -> Result<Self, InvalidRate> {
        text.parse()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}s burst {}", self.count, self.per.as_secs(), self.burst)
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rate({self})")
    }
}

fn parse(text: &str) -> Option<Rate> {
    let mut words = text.split_whitespace();
    let (count, per) = words.next()?.split_once('/')?;
    let count: NonZeroU32 = count.parse().ok()?;
    let burst = match (words.next(), words.next(), words.next()) {
        (None, _, _) => count,
        (Some("burst"), Some(burst), None) => burst.parse().ok()?,
        _ => return None,
    };
    let digits = per.find(|c: char| !c.is_ascii_digit())?;
    let (times, unit) = per.split_at(digits);
    let times: u32 = if times.is_empty() { 1 } else { times.parse().ok()? };
    let unit = match unit {
        "s" => 1,
        "min" => 60,
        "h" => 3_600,
        _ => return None,
    };
    let per = Duration::from_secs(u64::from(times) * unit);
    (!per.is_zero()).then_some(Rate { count, per, burst })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_written() {
        let second = Duration::from_secs(1);
        for (text, rate) in [
            ("10/min", Rate::new(10, 60 * second)),
            ("5/10s", Rate::new(5, 10 * second)),
            ("20/h", Rate::new(20, 3_600 * second)),
            ("50/s burst 100", Rate::new(50, second).burst(100)),
        ] {
            assert_eq!(text.parse(), Ok(rate), "{text}");
            assert_eq!(rate.to_string().parse(), Ok(rate));
            assert_eq!(serde_json::from_value::<Rate>(text.into()).unwrap(), rate);
        }
    }

    #[test]
    fn texts_that_are_no_rates_are_refused() {
        for text in [
            "",
            "10",
            "10/",
            "/s",
            "0/s",
            "-1/s",
            "10/0s",
            "10/day",
            "10/s 5",
            "10/s burst",
            "10/s burst 0",
            "10/s burst 5 x",
            "10 / s",
            "99999999999/s",
        ] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
