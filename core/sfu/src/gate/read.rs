//! Lines, the part before the sections, and what sections must agree on.

use super::formats::Known;
use super::section::Draft;
use super::{
    Expected, Fault, GateError, LONGEST, LONGEST_LINE, MOST_CANDIDATES, MOST_LINES, MOST_SECTIONS,
    Sdp, SessionId, Setup,
};

/// One line, without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    kind: u8,
    pub(super) value: &'a str,
}

impl<'a> Line<'a> {
    /// `name:value` or `name` of an `a=` line.
    pub(super) fn attribute(&self) -> (&'a str, &'a str) {
        self.value.split_once(':').unwrap_or((self.value, ""))
    }
}

impl Sdp {
    /// Reads a description as strictly as [`super::check`].
    ///
    /// # Errors
    /// [`GateError`].
    pub fn read(text: &str, expected: Expected) -> Result<Self, GateError> {
        if text.len() > LONGEST {
            return Err(Fault::TooLong.at(0));
        }
        let mut lines = Lines { text, number: 0 };
        let session = beginning(&mut lines)?;
        let mut draft = Reading::default();
        for line in lines {
            draft.line(line?, expected)?;
        }
        draft.finish(session, expected)
    }
}

#[derive(Debug)]
struct Lines<'a> {
    text: &'a str,
    number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, GateError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.text.is_empty() {
            return None;
        }
        let (line, rest) = self.text.split_once('\n').unwrap_or((self.text, ""));
        self.text = rest;
        self.number += 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        Some(whole(line, self.number))
    }
}

fn whole(line: &str, number: usize) -> Result<Line<'_>, GateError> {
    if number > MOST_LINES || line.len() > LONGEST_LINE {
        return Err(Fault::TooManyLines.at(number));
    }
    if line.chars().any(char::is_control) {
        return Err(Fault::ControlCharacter.at(number));
    }
    match line.as_bytes() {
        [kind, b'=', ..] if kind.is_ascii_lowercase() => {
            Ok(Line { number, kind: *kind, value: &line[2..] })
        }
        _ => Err(Fault::NoLine.at(number)),
    }
}

/// `v=`, `o=`, `s=`; the session.
fn beginning(lines: &mut Lines<'_>) -> Result<SessionId, GateError> {
    let mut next = |kind: u8| match lines.next() {
        Some(Ok(line)) if line.kind == kind => Ok(line),
        Some(Err(error)) => Err(error),
        Some(Ok(line)) => Err(Fault::Beginning.at(line.number)),
        None => Err(Fault::Beginning.at(0)),
    };
    let version = next(b'v')?;
    if version.value != "0" {
        return Err(Fault::Beginning.at(version.number));
    }
    let origin = next(b'o')?;
    next(b's')?;
    let fields: Vec<&str> = origin.value.split(' ').collect();
    let digits =
        |field: &&str| !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
    let session = fields.get(1).filter(|field| digits(field));
    match (fields.len(), session.and_then(|session| session.parse().ok())) {
        (6, Some(session)) => Ok(SessionId(session)),
        _ => Err(Fault::Origin.at(origin.number)),
    }
}

/// A description while it is read.
#[derive(Debug, Default)]
struct Reading {
    time: bool,
    bundle: Option<Vec<String>>,
    candidates: usize,
    ice_ufrag: Option<String>,
    ice_pwd: Option<String>,
    fingerprint: Option<[u8; 32]>,
    other_fingerprint: Option<usize>,
    setup: Option<Setup>,
    sections: Vec<Draft>,
}

impl Reading {
    fn line(&mut self, line: Line<'_>, expected: Expected) -> Result<(), GateError> {
        match line.kind {
            b't' => self.time = true,
            b'm' => {
                if self.sections.len() == MOST_SECTIONS {
                    return Err(Fault::TooManySections.at(line.number));
                }
                self.sections.push(Draft::begin(line)?);
            }
            b'a' => {
                self.transport(line, expected).map_err(|fault| fault.at(line.number))?;
                match self.sections.last_mut() {
                    Some(section) => section.attribute(line)?,
                    None => self.bundle(line)?,
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn bundle(&mut self, line: Line<'_>) -> Result<(), GateError> {
        let (name, value) = line.attribute();
        let Some(mids) = value.strip_prefix("BUNDLE").filter(|_| name == "group") else {
            return Ok(());
        };
        let mids = mids.split(' ').filter(|mid| !mid.is_empty()).map(str::to_owned).collect();
        match self.bundle.replace(mids) {
            None => Ok(()),
            Some(_) => Err(Fault::Twice("a=group:BUNDLE").at(line.number)),
        }
    }

    /// What concerns the connection, wherever it is said. All sections share one, so what is said
    /// first counts.
    fn transport(&mut self, line: Line<'_>, expected: Expected) -> Result<(), Fault> {
        let (name, value) = line.attribute();
        match name {
            "ice-lite" => return Err(Fault::IceLite),
            "candidate" => {
                self.candidates += 1;
                if self.candidates > MOST_CANDIDATES {
                    return Err(Fault::TooManyCandidates);
                }
            }
            "ice-ufrag" => {
                ice_characters(value, 4)?;
                self.ice_ufrag.get_or_insert_with(|| value.to_owned());
            }
            "ice-pwd" => {
                ice_characters(value, 22)?;
                self.ice_pwd.get_or_insert_with(|| value.to_owned());
            }
            "fingerprint" => match fingerprint(value)? {
                Some(fingerprint) => {
                    self.fingerprint.get_or_insert(fingerprint);
                }
                None => self.other_fingerprint = Some(line.number),
            },
            "setup" => {
                let setup = match (value, expected) {
                    ("actpass", Expected::Offer) => Setup::ActPass,
                    ("active", _) => Setup::Active,
                    ("passive", Expected::Answer) => Setup::Passive,
                    _ => return Err(Fault::Setup),
                };
                if *self.setup.get_or_insert(setup) != setup {
                    return Err(Fault::Setup);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, session: SessionId, expected: Expected) -> Result<Sdp, GateError> {
        if !self.time {
            return Err(Fault::Beginning.at(0));
        }
        if self.sections.is_empty() {
            return Err(Fault::NoSections.at(0));
        }
        let bundle = self.bundle.ok_or(Fault::Bundle.at(0))?;
        let fingerprint = self.fingerprint.ok_or_else(|| match self.other_fingerprint {
            Some(line) => Fault::Fingerprint.at(line),
            None => Fault::Missing("a=fingerprint").at(0),
        })?;
        let mut known = Known::default();
        let mut sections = Vec::with_capacity(self.sections.len());
        let mut bundled = bundle.iter();
        for (index, draft) in self.sections.iter().enumerate() {
            let mid = draft.mid()?;
            let earlier = &self.sections[..index];
            if earlier.iter().any(|other| other.mid().is_ok_and(|other| other == mid)) {
                return Err(Fault::Mid.at(0));
            }
        }
        for draft in self.sections {
            let is_bundled = bundle.iter().any(|mid| draft.mid() == Ok(mid.as_str()));
            if is_bundled && bundled.next().map(String::as_str) != draft.mid().ok() {
                return Err(Fault::Bundle.at(0));
            }
            sections.push(draft.finish(expected, is_bundled, &mut known)?);
        }
        if bundled.next().is_some() {
            return Err(Fault::Bundle.at(0));
        }
        Ok(Sdp {
            session,
            ice_ufrag: self.ice_ufrag.ok_or(Fault::Missing("a=ice-ufrag").at(0))?,
            ice_pwd: self.ice_pwd.ok_or(Fault::Missing("a=ice-pwd").at(0))?,
            fingerprint,
            setup: self.setup.ok_or(Fault::Missing("a=setup").at(0))?,
            sections,
        })
    }
}

fn ice_characters(value: &str, least: usize) -> Result<(), Fault> {
    let right = (least..=256).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte));
    if right { Ok(()) } else { Err(Fault::IceCredentials) }
}

/// `sha-256 AB:CD:..`; `None` for another hash function.
fn fingerprint(value: &str) -> Result<Option<[u8; 32]>, Fault> {
    let (function, digest) = value.split_once(' ').ok_or(Fault::Fingerprint)?;
    if !function.eq_ignore_ascii_case("sha-256") {
        return Ok(None);
    }
    let mut bytes = [0; 32];
    let mut pairs = digest.split(':');
    for byte in &mut bytes {
        let pair = pairs.next().ok_or(Fault::Fingerprint)?;
        let hexadecimal = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        let read = u8::from_str_radix(pair, 16).ok().filter(|_| hexadecimal);
        *byte = read.ok_or(Fault::Fingerprint)?;
    }
    match pairs.next() {
        None => Ok(Some(bytes)),
        Some(_) => Err(Fault::Fingerprint),
    }
}
