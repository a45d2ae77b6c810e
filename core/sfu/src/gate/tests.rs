//! Tests: which descriptions come in, and what is left of them.

use super::{Expected, Fault, LONGEST, MOST_SECTIONS, Sdp, SessionId, Setup, check};
use crate::{Codec, Layer, SlotKind};

const FINGERPRINT: &str = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:\
                           AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89";

const MID: &str = "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid";

/// Lines of one section as a browser writes them.
fn section(kind: &str, mid: &str, direction: &str, payloads: &str, more: &[&str]) -> Vec<String> {
    let mut lines = vec![
        format!("m={kind} 9 UDP/TLS/RTP/SAVPF {payloads}"),
        "c=IN IP4 0.0.0.0".into(),
        "a=rtcp:9 IN IP4 0.0.0.0".into(),
        "a=candidate:1 1 udp 2122260223 2f1e.local 50000 typ host generation 0".into(),
        "a=ice-ufrag:abcd".into(),
        "a=ice-pwd:abcdefghijklmnopqrstuv12".into(),
        "a=ice-options:trickle".into(),
        format!("a=fingerprint:sha-256 {FINGERPRINT}"),
        "a=setup:actpass".into(),
        format!("a=mid:{mid}"),
        MID.into(),
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            .into(),
        format!("a={direction}"),
        "a=msid:- 0a1b".into(),
        "a=rtcp-mux".into(),
        "a=rtcp-rsize".into(),
    ];
    lines.extend(more.iter().map(|line| (*line).to_owned()));
    lines
}

const OPUS: [&str; 5] = [
    "a=rtpmap:111 opus/48000/2",
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=rtpmap:63 red/48000/2",
    "a=fmtp:63 111/111",
];

const VIDEO: [&str; 18] = [
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 goog-remb",
    "a=rtcp-fb:96 transport-cc",
    "a=rtcp-fb:96 ccm fir",
    "a=rtcp-fb:96 nack",
    "a=rtcp-fb:96 nack pli",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
    "a=rtpmap:102 H264/90000",
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
    "a=rtpmap:108 H264/90000",
    "a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtpmap:109 rtx/90000",
    "a=fmtp:109 apt=108",
    "a=rtpmap:98 VP9/90000",
    "a=fmtp:98 profile-id=0",
    "a=rtpmap:100 ulpfec/90000",
    "a=rtpmap:35 H265/90000",
];

const PAYLOADS: &str = "96 97 102 108 109 98 100 35";

fn text(sections: &[Vec<String>]) -> String {
    let mids: Vec<&str> = sections
        .iter()
        .filter_map(|lines| lines.iter().find_map(|line| line.strip_prefix("a=mid:")))
        .collect();
    let mut text = format!(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
         a=group:BUNDLE {}\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n",
        mids.join(" ")
    );
    for line in sections.iter().flatten() {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text
}

/// A microphone and a camera at three sizes.
fn offer() -> String {
    let camera: Vec<&str> = VIDEO
        .into_iter()
        .chain(["a=rid:q send", "a=rid:h send", "a=rid:f send", "a=simulcast:send q;h;f"])
        .collect();
    text(&[
        section("audio", "0", "sendonly", "111 63", &OPUS),
        section("video", "1", "sendonly", PAYLOADS, &camera),
    ])
}

fn answer() -> String {
    text(&[section("audio", "0", "recvonly", "111 63", &OPUS)])
        .replace("a=setup:actpass", "a=setup:active")
}

#[track_caller]
fn refused(text: &str, expected: Expected) -> Fault {
    check(text, expected).expect_err("refused").fault
}

/// The ordinary offer with one text in place of another.
#[track_caller]
fn refused_with(from: &str, to: &str) -> Fault {
    let offer = offer();
    assert!(offer.contains(from), "{from}");
    refused(&offer.replacen(from, to, 1), Expected::Offer)
}

#[test]
fn what_browsers_write_comes_in_and_our_codecs_are_left() {
    let sdp = Sdp::read(&offer(), Expected::Offer).unwrap();
    assert_eq!(sdp.session, SessionId(4_611_731_400_430_051_336));
    assert_eq!(sdp.setup, Setup::ActPass);
    let [microphone, camera] = &sdp.sections[..] else { panic!("two sections") };
    let codecs = |section: &super::Section| -> Vec<(u8, Codec, Option<u8>)> {
        section.formats.iter().map(|format| (format.payload, format.codec, format.repair)).collect()
    };
    assert_eq!(codecs(microphone), [(111, Codec::Opus, None), (63, Codec::Red, None)]);
    assert_eq!(
        codecs(camera),
        [(96, Codec::Vp8, Some(97)), (108, Codec::H264, Some(109)), (98, Codec::Vp9, None)]
    );
    assert_eq!(camera.kind, SlotKind::Video);
    assert_eq!(camera.rids, Layer::ALL);
    assert!(camera.formats[0].nack && camera.formats[0].transport_cc);
    assert_eq!(check(&answer(), Expected::Answer), Ok(sdp.session));
}

#[test]
fn what_is_written_is_read_again_as_the_same_and_has_no_foreign_line() {
    for (text, expected) in [(offer(), Expected::Offer), (answer(), Expected::Answer)] {
        let sdp = Sdp::read(&text, expected).unwrap();
        let written = sdp.write();
        assert_eq!(Sdp::read(&written, expected).unwrap(), sdp);
        for foreign in ["candidate", "msid", "ulpfec", "H265", "42001f", "goog-remb"] {
            assert!(!written.contains(foreign), "{foreign}");
        }
    }
}

#[test]
fn a_payload_type_described_in_another_section_is_refused() {
    // The one-line change that the library behind the gate panics on.
    assert_eq!(
        refused_with(
            "a=rtpmap:111 opus/48000/2",
            "a=rtpmap:111 opus/48000/2\r\na=rtpmap:96 VP8/90000"
        ),
        Fault::Unlisted(96)
    );
    assert_eq!(refused_with("a=fmtp:63 111/111", "a=fmtp:96 111/111"), Fault::Unlisted(96));
    assert_eq!(refused_with("a=rtcp-fb:111 ", "a=rtcp-fb:97 "), Fault::Unlisted(97));
}

#[test]
fn payload_types_are_listed_once_and_mean_one_thing() {
    for payloads in ["111 111", "111 128", "111 72", "", "111 x"] {
        assert_eq!(
            refused_with("SAVPF 111 63", format!("SAVPF {payloads}").trim_end()),
            Fault::PayloadTypes,
            "{payloads}"
        );
    }
    assert_eq!(
        refused_with("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP8/90000\r\na=rtpmap:96 VP9/90000"),
        Fault::Twice("a=rtpmap of a payload type")
    );
    let two = refused_with(
        &format!("SAVPF {PAYLOADS}"),
        &format!("SAVPF {PAYLOADS} 111\r\na=rtpmap:111 VP8/90000"),
    );
    assert_eq!(two, Fault::TwoMeanings(111));
}

#[test]
fn a_codec_has_one_payload_type_in_all_sections() {
    let second = VIDEO.map(|line| line.replace(":96 ", ":120 ").replace("apt=96", "apt=120"));
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    // 97 repeats 96 in one section and 120 in the other.
    let two = text(&[
        section("video", "0", "sendonly", PAYLOADS, &VIDEO),
        section("video", "1", "sendonly", &PAYLOADS.replace("96", "120"), &second),
    ]);
    assert_eq!(refused(&two, Expected::Offer), Fault::TwoMeanings(97));
    let unlike = two.replace("apt=120", "apt=96");
    let sdp = Sdp::read(&unlike, Expected::Offer).unwrap();
    let vp8 = |section: usize| sdp.sections[section].formats.iter().any(|f| f.codec == Codec::Vp8);
    assert!(vp8(0) && !vp8(1), "VP8 is left out where its number is another");
}

#[test]
fn sections_must_be_audio_or_video_and_in_the_bundle_in_order() {
    let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n";
    assert_eq!(refused(&(offer() + data), Expected::Offer), Fault::DataChannel);
    assert_eq!(refused_with("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP"), Fault::Media);
    assert_eq!(refused_with("m=audio 9", "m=text 9"), Fault::Media);
    for bundle in ["", "a=group:BUNDLE 0", "a=group:BUNDLE 1 0", "a=group:BUNDLE 0 1 2"] {
        assert_eq!(
            refused_with("a=group:BUNDLE 0 1", bundle_line(bundle)),
            Fault::Bundle,
            "{bundle}"
        );
    }
    assert_eq!(
        refused_with("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1\r\na=group:BUNDLE 0 1"),
        Fault::Twice("a=group:BUNDLE")
    );
    assert_eq!(refused_with("a=mid:1", "a=mid:0"), Fault::Mid);
    assert_eq!(refused_with("a=mid:1", "a=mid:a-name-that-is-too-long"), Fault::Mid);
    let many: Vec<_> = (0..=MOST_SECTIONS)
        .map(|mid| section("audio", &mid.to_string(), "sendonly", "111 63", &OPUS))
        .collect();
    assert_eq!(refused(&text(&many), Expected::Offer), Fault::TooManySections);
    assert!(check(&text(&many[1..]), Expected::Offer).is_ok());
}

fn bundle_line(line: &str) -> &str {
    if line.is_empty() { "a=x" } else { line }
}

#[test]
fn a_rejected_section_keeps_its_place() {
    let text = offer().replace("m=video 9", "m=video 0").replace("BUNDLE 0 1", "BUNDLE 0");
    let sdp = Sdp::read(&text, Expected::Offer).unwrap();
    assert!(sdp.sections[1].rejected && sdp.sections[1].formats.is_empty());
    assert!(sdp.write().contains("m=video 0 UDP/TLS/RTP/SAVPF 0\r\n"));
}

#[test]
fn a_publisher_sends_and_a_subscriber_receives() {
    assert!(matches!(refused_with("a=sendonly", "a=recvonly"), Fault::Direction(_)));
    assert_eq!(
        refused_with("a=sendonly", "a=sendonly\r\na=recvonly"),
        Fault::Twice("the direction of a section")
    );
    let sends = answer().replace("a=recvonly", "a=sendrecv");
    assert!(matches!(refused(&sends, Expected::Answer), Fault::Direction(_)));
    for setup in ["a=setup:passive", "a=setup:holdconn", "a=setup:active\r\na=setup:actpass"] {
        assert_eq!(refused_with("a=setup:actpass", setup), Fault::Setup, "{setup}");
    }
    assert_eq!(
        refused(&answer().replace("a=setup:active", "a=setup:actpass"), Expected::Answer),
        Fault::Setup
    );
}

#[test]
fn credentials_and_fingerprints_must_be_there_and_sane() {
    let without = |name: &str| {
        let kept: Vec<_> =
            offer().lines().filter(|line| !line.contains(name)).map(str::to_owned).collect();
        refused(&(kept.join("\r\n") + "\r\n"), Expected::Offer)
    };
    assert_eq!(without("ice-ufrag"), Fault::Missing("a=ice-ufrag"));
    assert_eq!(without("ice-pwd"), Fault::Missing("a=ice-pwd"));
    assert_eq!(without("a=fingerprint"), Fault::Missing("a=fingerprint"));
    assert_eq!(without("a=setup"), Fault::Missing("a=setup"));
    assert_eq!(without("rtcp-mux"), Fault::Missing("a=rtcp-mux"));
    assert_eq!(without("sdes:mid"), Fault::NoMidExtension);
    assert_eq!(refused_with("ufrag:abcd", "ufrag:abc"), Fault::IceCredentials);
    assert_eq!(refused_with("ufrag:abcd", "ufrag:ab:cd"), Fault::IceCredentials);
    assert_eq!(refused_with("pwd:abcdefgh", "pwd:ab"), Fault::IceCredentials);
    assert_eq!(refused_with("AB:CD", "AB:XY"), Fault::Fingerprint);
    assert_eq!(refused_with("AB:CD:EF", "AB:CD:EF:00"), Fault::Fingerprint);
    let sha1 = offer().replace("sha-256 ", "sha-1 ");
    assert_eq!(refused(&sha1, Expected::Offer), Fault::Fingerprint);
    assert_eq!(refused_with("a=extmap-allow-mixed", "a=ice-lite"), Fault::IceLite);
}

#[test]
fn simulcast_is_ours_or_none() {
    for (from, to) in [
        ("a=rid:q send", "a=rid:low send"),
        ("a=rid:q send", "a=rid:q recv"),
        ("a=rid:q send", "a=rid:h send"),
        ("send q;h;f", "send q;h"),
        ("send q;h;f", "send q,h;f"),
        ("send q;h;f", "send q;h;f recv q"),
        ("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/48000/2\r\na=rid:f send"),
    ] {
        assert_eq!(refused_with(from, to), Fault::Simulcast, "{to}");
    }
    let paused = offer().replace("send q;h;f", "send f;~h;q");
    let sdp = Sdp::read(&paused, Expected::Offer).unwrap();
    assert_eq!(sdp.sections[1].rids, Layer::ALL, "whatever the order");
}

#[test]
fn header_extensions_have_one_number_in_the_bundle() {
    assert_eq!(refused_with(MID, &MID.replace(":4 ", ":5 ")), Fault::Extension, "4 in the other");
    assert_eq!(refused_with(MID, &format!("{MID}\r\n{MID}")), Fault::Extension);
    assert_eq!(refused_with(MID, &MID.replace(":4 ", ":0 ")), Fault::Extension);
    assert_eq!(refused_with(MID, "a=extmap:4 "), Fault::NoMidExtension);
}

#[test]
fn what_is_no_description_is_refused_with_its_line() {
    assert_eq!(refused("", Expected::Offer), Fault::Beginning);
    assert_eq!(refused_with("v=0", "v=1"), Fault::Beginning);
    assert_eq!(refused_with("s=-\r\n", ""), Fault::Beginning);
    assert_eq!(refused_with("t=0 0\r\n", ""), Fault::Beginning);
    assert_eq!(refused_with("4611731400430051336", "99999999999999999999"), Fault::Origin);
    assert_eq!(refused_with("4611731400430051336", "-1"), Fault::Origin);
    assert_eq!(refused_with("a=rtcp-mux", "a rtcp-mux"), Fault::NoLine);
    assert_eq!(refused_with("a=rtcp-mux", "\r\n"), Fault::NoLine);
    assert_eq!(refused_with("a=msid:-", "a=msid:\0"), Fault::ControlCharacter);
    assert_eq!(refused(&"a".repeat(LONGEST + 1), Expected::Offer), Fault::TooLong);
    let error = check(&offer().replacen("a=sendonly", "a=recvonly", 1), Expected::Offer);
    let words = error.expect_err("refused").to_string();
    assert!(words.starts_with("session description, line 8: a publisher only sends"), "{words}");
}

#[test]
fn the_largest_description_is_refused_or_read_within_the_budget() {
    // 256 KiB of the most expensive lines: each is compared with all that came before.
    let head = offer();
    let filler = "a=extmap:77 urn:x\r\n".len();
    let mut long = head.clone();
    for number in 0..(LONGEST - head.len()) / filler {
        long.push_str(&format!("a=rtcp-fb:96 {:04}\r\n", number % 10_000));
    }
    assert!(long.len() <= LONGEST);
    assert_eq!(refused(&long, Expected::Offer), Fault::TooManyLines);
}
