//! Rules for the texts that people type about themselves: display names and e-mail addresses.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// How a person is shown: NFC, trimmed, 1 to 64 characters, at least one of them visible, no
/// control and no bidirectional-format characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

/// Why a text is no display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing visible is left after trimming.
    #[error("a name needs at least one visible character")]
    Empty,
    /// More than [`DisplayName::MAX_CHARS`] characters.
    #[error("a name has at most 64 characters")]
    TooLong,
    /// A control, line-breaking or text-direction character, which could fake what others read.
    #[error("a name has no control or text-direction characters")]
    Forbidden,
}

impl DisplayName {
    /// Longest name, in code points after NFC.
    pub const MAX_CHARS: usize = 64;

    /// A name as a person typed it.
    ///
    /// # Errors
    /// [`InvalidName`].
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        // No character decomposes into more than 4, so a longer text need not be normalised.
        if text.len() > 16 * Self::MAX_CHARS {
            return Err(InvalidName::TooLong);
        }
        let name: String = text.trim().nfc().collect();
        if name.chars().any(is_forbidden) {
            return Err(InvalidName::Forbidden);
        }
        if name.chars().all(is_invisible) {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidName::TooLong);
        }
        Ok(Self(name))
    }

    /// The nearest name that keeps the rules, for a text that a person cannot correct (a claim
    /// of a host product); `None` when nothing visible is left.
    #[must_use]
    pub fn cleaned(text: &str) -> Option<Self> {
        let kept: String = text.chars().filter(|c| !is_forbidden(*c)).take(256).collect();
        let name: String = kept.trim().nfc().take(Self::MAX_CHARS).collect();
        Self::parse(&name).ok()
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(‹redacted›)")
    }
}

/// An e-mail address in the form in which it is compared: trimmed and lower-case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is no e-mail address that we accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Longest address in bytes (RFC 5321 §4.5.3.1.3, less the angle brackets).
    pub const MAX_LEN: usize = 254;

    /// An address as a person typed it.
    ///
    /// Accepts what the HTML standard's `<input type=email>` accepts (ASCII; no quoted local
    /// parts, no comments, no address literals), with the lengths of RFC 5321 §4.5.3.1.
    ///
    /// # Errors
    /// [`InvalidEmail`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let email = text.trim();
        let (local, domain) = email.split_once('@').ok_or(InvalidEmail)?;
        let fits = email.len() <= Self::MAX_LEN && (1..=64).contains(&local.len());
        if fits && local.bytes().all(is_local_byte) && domain.split('.').all(is_domain_label) {
            Ok(Self(email.to_ascii_lowercase()))
        } else {
            Err(InvalidEmail)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(‹redacted›)")
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that draw nothing by themselves. Some are needed inside a name (a zero-width
/// joiner in an emoji), but none makes a name.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}')
        || matches!(c, '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_composed() {
        assert_eq!(DisplayName::parse("  Zoe\u{308} \u{3000}").unwrap().as_str(), "Zoë");
        assert_eq!(DisplayName::parse("👩‍👩‍👧").unwrap().as_str(), "👩‍👩‍👧");
        assert_eq!(DisplayName::parse("محمد").unwrap().into_string(), "محمد");
    }

    #[test]
    fn names_have_1_to_64_characters_however_many_bytes_these_are() {
        assert!(DisplayName::parse(&"字".repeat(64)).is_ok());
        assert!(DisplayName::parse(&"e\u{301}".repeat(64)).is_ok());
        for (text, error) in [
            ("字".repeat(65), InvalidName::TooLong),
            ("x".repeat(1_000_000), InvalidName::TooLong),
            (String::new(), InvalidName::Empty),
            (" \u{2003}".into(), InvalidName::Empty),
            ("\u{200B}\u{FEFF}\u{3164}".into(), InvalidName::Empty),
        ] {
            assert_eq!(DisplayName::parse(&text), Err(error));
        }
    }

    #[test]
    fn names_with_control_or_direction_characters_are_refused_or_cleaned() {
        let direction = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        let others = ['\0', '\n', '\u{7f}', '\u{85}', '\u{200E}', '\u{200F}', '\u{061C}'];
        for c in direction.chain(others).chain(['\u{2028}']) {
            let text = format!("a{c}b");
            assert_eq!(DisplayName::parse(&text), Err(InvalidName::Forbidden), "{c:?}");
            assert_eq!(DisplayName::cleaned(&text).unwrap().as_str(), "ab");
        }
        assert_eq!(DisplayName::cleaned(&"é".repeat(999)).unwrap().as_str(), "é".repeat(64));
        assert_eq!(DisplayName::cleaned("\u{202E}\u{200B}"), None);
    }

    #[test]
    fn addresses_are_compared_without_case_and_surrounding_space() {
        let email = Email::parse(" Ann.Other+Calls@Example.COM\n").unwrap();
        assert_eq!(email.as_str(), "ann.other+calls@example.com");
        assert!(Email::parse("ann@localhost").is_ok());
    }

    #[test]
    fn texts_without_the_form_of_an_address_are_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}com", "abcdefgh.".repeat(28));
        let long_label = format!("a@{}.com", "b".repeat(64));
        for text in [
            "",
            "@",
            "ann",
            "ann@",
            "@example.com",
            "ann@@example.com",
            "ann@example..com",
            "ann@.com",
            "ann@example.com.",
            "ann@-example.com",
            "ann@example-.com",
            "a b@c.de",
            "ann@exa mple.com",
            "ann@example.com\0",
            "änn@example.com",
            "ann@exämple.com",
            "<ann@example.com>",
            "\"a\"@b.de",
            "a@[127.0.0.1]",
            "a@b@c.de",
            &long_local,
            &long,
            &long_label,
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text}");
        }
        assert_eq!(long.len(), 257);
    }

    #[test]
    fn debug_shows_neither_names_nor_addresses() {
        let name = DisplayName::parse("Ann").unwrap();
        let email = Email::parse("ann@example.com").unwrap();
        let shown = format!("{name:?}{email:?}");
        assert!(!shown.contains("Ann") && !shown.contains("example"));
    }
}
