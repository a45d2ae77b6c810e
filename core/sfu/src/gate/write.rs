//! Our own text of a description: what the WebRTC library reads.

use std::fmt::{self, Write as _};

use super::section::{Direction, Section};
use super::{Format, Sdp, Setup};
use crate::{Codec, SlotKind};

impl Sdp {
    /// A description with what is in `self` and nothing else.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::with_capacity(1_024 * (1 + self.sections.len()));
        // A string takes everything.
        let _ = self.write_to(&mut text);
        text
    }

    fn write_to(&self, text: &mut String) -> fmt::Result {
        write!(text, "v=0\r\no=- {} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", self.session.0)?;
        text.push_str("a=group:BUNDLE");
        for section in self.sections.iter().filter(|section| !section.rejected) {
            write!(text, " {}", section.mid)?;
        }
        text.push_str("\r\n");
        for section in &self.sections {
            self.section(section, text)?;
        }
        Ok(())
    }

    fn section(&self, section: &Section, text: &mut String) -> fmt::Result {
        let kind = match section.kind {
            SlotKind::Audio => "audio",
            SlotKind::Video => "video",
        };
        let port = if section.rejected { 0 } else { 9 };
        write!(text, "m={kind} {port} UDP/TLS/RTP/SAVPF")?;
        if section.formats.is_empty() {
            // A payload type that needs no description (RFC 3551): the line must have one.
            text.push_str(" 0");
        }
        for format in &section.formats {
            write!(text, " {}", format.payload)?;
            if let Some(repair) = format.repair {
                write!(text, " {repair}")?;
            }
        }
        write!(text, "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\n", self.ice_ufrag)?;
        write!(text, "a=ice-pwd:{}\r\na=fingerprint:sha-256 ", self.ice_pwd)?;
        for (index, byte) in self.fingerprint.iter().enumerate() {
            write!(text, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
        }
        let setup = match self.setup {
            Setup::ActPass => "actpass",
            Setup::Active => "active",
            Setup::Passive => "passive",
        };
        let direction = match section.direction {
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::SendRecv => "sendrecv",
            Direction::Inactive => "inactive",
        };
        write!(text, "\r\na=setup:{setup}\r\na=mid:{}\r\na={direction}\r\n", section.mid)?;
        text.push_str("a=rtcp-mux\r\n");
        for (number, extension) in &section.extensions {
            write!(text, "a=extmap:{number} {}\r\n", extension.uri())?;
        }
        let opus = section.formats.iter().find(|format| format.codec == Codec::Opus);
        let opus = opus.map_or(0, |format| format.payload);
        for format in &section.formats {
            format.write_to(opus, text)?;
        }
        for layer in &section.rids {
            write!(text, "a=rid:{} send\r\n", layer.rid())?;
        }
        if !section.rids.is_empty() {
            let rids: Vec<&str> = section.rids.iter().map(|layer| layer.rid()).collect();
            write!(text, "a=simulcast:send {}\r\n", rids.join(";"))?;
        }
        Ok(())
    }
}

impl Format {
    fn write_to(&self, opus: u8, text: &mut String) -> fmt::Result {
        let payload = self.payload;
        let name = match self.codec {
            Codec::Opus => "opus/48000/2",
            Codec::Red => "red/48000/2",
            Codec::Vp8 => "VP8/90000",
            Codec::Vp9 => "VP9/90000",
            Codec::H264 => "H264/90000",
            Codec::Av1 => "AV1/90000",
        };
        write!(text, "a=rtpmap:{payload} {name}\r\n")?;
        if self.transport_cc {
            write!(text, "a=rtcp-fb:{payload} transport-cc\r\n")?;
        }
        match self.codec {
            Codec::Opus => write!(text, "a=fmtp:{payload} minptime=10;useinbandfec=1\r\n")?,
            Codec::Red => write!(text, "a=fmtp:{payload} {opus}/{opus}\r\n")?,
            Codec::Vp8 | Codec::Av1 => {}
            Codec::Vp9 => write!(text, "a=fmtp:{payload} profile-id=0\r\n")?,
            Codec::H264 => write!(
                text,
                "a=fmtp:{payload} level-asymmetry-allowed=1;packetization-mode=1;\
                 profile-level-id={:06x}\r\n",
                self.profile
            )?,
        }
        if matches!(self.codec, Codec::Opus | Codec::Red) {
            return Ok(());
        }
        write!(text, "a=rtcp-fb:{payload} ccm fir\r\n")?;
        if self.nack {
            write!(text, "a=rtcp-fb:{payload} nack\r\na=rtcp-fb:{payload} nack pli\r\n")?;
        }
        if let Some(repair) = self.repair {
            write!(text, "a=rtpmap:{repair} rtx/90000\r\na=fmtp:{repair} apt={payload}\r\n")?;
        }
        Ok(())
    }
}
