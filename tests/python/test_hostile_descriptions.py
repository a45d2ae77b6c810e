"""Session descriptions of somebody in a call who means no good: each is refused, and nobody else notices."""

import re
import statistics
import time

from device import SOON

# Of the round trip; the server's part is in the tests of its gate.
MEDIAN_MS = 25


def sub(pattern, text, count=1):
    """Replaces, and makes sure that there was something to replace."""

    def change(sdp):
        changed, times = re.subn(pattern, text, sdp, count=count, flags=re.MULTILINE)
        assert times, f"{pattern} is not in the offer"
        return changed

    return change


def more(line):
    return lambda sdp: sdp + line


def borrowed(sdp):
    """A payload type of the pictures is described with the sound as well."""
    video = re.search(r"^m=video \d+ \S+ (\d+)", sdp, re.MULTILINE).group(1)
    return sub(r"^m=video", f"a=rtpmap:{video} VP8/90000\r\nm=video")(sdp)


def two_meanings(sdp):
    """The payload type of the sound is one of the pictures too."""
    audio = re.search(r"^m=audio \d+ \S+ (\d+)", sdp, re.MULTILINE).group(1)
    changed = sub(r"^(m=video [^\r\n]*)", rf"\1 {audio}")(sdp)
    assert sdp.rindex("m=") == sdp.index("m=video"), "the pictures come last"
    return changed + f"a=rtpmap:{audio} VP8/90000\r\n"


OFFERS = {
    "nothing": lambda sdp: "",
    "noise": lambda sdp: "\0\1\2\3" * 50,
    "half of it": lambda sdp: sdp[: len(sdp) // 2],
    "backwards": lambda sdp: sdp[::-1],
    "no sections": lambda sdp: sdp[: sdp.index("m=")],
    "no beginning": lambda sdp: sdp[sdp.index("m=") :],
    "a control character": sub(r"^a=mid:0", "a=mid:0\0"),
    "a payload type of another section": borrowed,
    "a payload type with two meanings": two_meanings,
    "a payload type twice": sub(r"^(m=video \d+ \S+ )(\d+)", r"\1\2 \2"),
    "a payload type that is none": sub(r"^(m=video \d+ \S+ )", r"\g<1>300 "),
    "a payload type of RTCP": sub(r"^(m=video \d+ \S+ )", r"\g<1>72 "),
    "a description of a payload type that is not there": more("a=rtpmap:125 VP8/90000\r\n"),
    "parameters of a payload type that is not there": more("a=fmtp:125 apt=124\r\n"),
    "feedback of a payload type that is not there": more("a=rtcp-fb:125 nack\r\n"),
    "no codec": sub(r"VP8/|H264/|VP9/|AV1/", "X-NONE/", count=0),
    "a clock rate of zero": sub(r"(VP8|H264|VP9|AV1)/90000", r"\1/0", count=0),
    "a section with the name of another": sub(r"^a=mid:1", "a=mid:0"),
    "a section with a long name": sub(r"^a=mid:1", "a=mid:" + "1" * 300),
    "no bundle": sub(r"^a=group:BUNDLE.*\r\n", ""),
    "a bundle of others": sub(r"^a=group:BUNDLE[^\r\n]*", "a=group:BUNDLE 7 8 9"),
    "no fingerprint": sub(r"^a=fingerprint:.*\r\n", "", count=0),
    "a short fingerprint": sub(r"^a=fingerprint:sha-256 [^\r\n]*", "a=fingerprint:sha-256 AB:CD", count=0),
    "a weak fingerprint": sub(r"^a=fingerprint:sha-256 [^\r\n]*", "a=fingerprint:md5 " + "AB:" * 15 + "AB", count=0),
    "no password": sub(r"^a=ice-pwd:.*\r\n", "", count=0),
    "a short password": sub(r"^a=ice-pwd:[^\r\n]*", "a=ice-pwd:x", count=0),
    "a long name fragment": sub(r"^a=ice-ufrag:[^\r\n]*", "a=ice-ufrag:" + "x" * 300, count=0),
    "another agent without candidates": sub(r"^t=0 0", "t=0 0\r\na=ice-lite"),
    "no section in packets": sub(r"^a=extmap:\d+ urn:ietf:params:rtp-hdrext:sdes:mid\r\n", "", count=0),
    "a header extension of number zero": more("a=extmap:0 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"),
    "a header extension twice": more("a=extmap:14 urn:a\r\na=extmap:14 urn:b\r\n"),
    "a data channel": more("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n"),
    "no encryption": sub(r"UDP/TLS/RTP/SAVPF", "RTP/AVP", count=0),
    "a long line": more("a=" + "x" * 10_000 + "\r\n"),
    "many lines": more("a=x\r\n" * 20_000),
    "many sections": lambda sdp: sdp + sdp[sdp.rindex("m=") :] * 60,
    "many candidates": more("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * 1_000),
    "simulcast of itself": more("a=rid:h send\r\na=rid:h send\r\na=simulcast:send h;h;h\r\n"),
}


def test_every_one_is_refused_at_once_and_nobody_else_notices(meeting):
    ann = meeting.everybody[0]
    good = ann.publisher.localDescription.sdp
    assert len(good) > 1_000
    took = []
    with meeting.undisturbed():
        for name, change in OFFERS.items():
            payload = {"callId": meeting.call_id, "targetUserId": "sfu", "transport": "publisher", "negotiationId": 9,
                       "offer": {"type": "offer", "sdp": change(good)}}
            start = time.monotonic()
            ack = ann.device.client.call("call:offer", payload, timeout=SOON)
            took.append((time.monotonic() - start) * 1_000)
            assert ack["ok"] is False, f"{name}: {ack}"
            assert ack["error"]["code"] in ("invalid_description", "invalid", "payload_too_large"), f"{name}: {ack}"
    print(f"{len(took)} descriptions, median {statistics.median(took):.1f} ms, slowest {max(took):.1f} ms")
    assert statistics.median(took) <= MEDIAN_MS


def test_answers_that_nobody_asked_for_are_refused_and_nobody_else_notices(meeting):
    ann = meeting.everybody[0]
    answer = {"type": "answer", "sdp": ann.subscriber.localDescription.sdp}
    addressed = {"callId": meeting.call_id, "targetUserId": "sfu"}
    refused = []
    with meeting.undisturbed():
        for transport, number, text in (
            ("publisher", 1, answer["sdp"]),
            ("subscriber", 1, ""),
            ("subscriber", 1, answer["sdp"][: len(answer["sdp"]) // 2]),
            ("subscriber", 1, ann.publisher.localDescription.sdp),
        ):
            payload = addressed | {"transport": transport, "negotiationId": number, "answer": answer | {"sdp": text}}
            refused.append(ann.device.client.call("call:answer", payload, timeout=SOON))
    assert [ack["ok"] for ack in refused] == [False] * len(refused), refused
