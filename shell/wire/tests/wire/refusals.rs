//! What strangers write is read strictly, and every refusal names the field.

use serde_json::{Value, json};
use wire::body::{
    AnswerRequest, CreateConversationRequest, InitiateRequest, MediaRequest, PageQuery,
    PutConversationRequest, RegisterRequest,
};
use wire::event::{
    AcceptEvent, MediaEvent, QualityReport, SentAnswer, SentCandidate, SentOffer, SocketAuth,
};
use wire::{Code, Failure, read_bytes, read_optional_bytes, read_value};

const ID: &str = "01234567-89ab-7cde-8f01-23456789abcd";

fn field(failure: &Failure) -> (Code, &str) {
    (failure.code, failure.errors.first().map_or("", |error| error.field.as_str()))
}

fn offer(sdp: &str) -> Value {
    json!({"callId": ID, "targetUserId": ID, "offer": {"type": "offer", "sdp": sdp}})
}

fn candidate(candidate: Value) -> Value {
    json!({"callId": ID, "targetUserId": ID, "candidate": candidate})
}

#[test]
fn the_founding_initiate_is_read_and_unknown_fields_are_ignored() {
    let body = json!({"conversationId": ID, "type": "video", "participantIds": [ID], "later": 1});
    let request: InitiateRequest = read_bytes(body.to_string().as_bytes()).unwrap();
    assert_eq!(request.kind.0, call::CallKind::Video);
    let least: InitiateRequest = read_value(json!({"conversationId": ID})).unwrap();
    assert_eq!(least.kind.0, call::CallKind::Audio);
    assert_eq!((least.participant_ids, least.if_active), (None, None));
}

#[test]
fn a_wrong_value_is_refused_with_the_name_of_its_field() {
    let with = |name: &str, value: Value| {
        let mut body = json!({"conversationId": ID});
        body[name] = value;
        read_value::<InitiateRequest>(body).unwrap_err()
    };
    for (name, value) in [
        ("conversationId", json!("not-a-uuid")),
        ("conversationId", json!(7)),
        ("conversationId", json!("{01234567-89ab-7cde-8f01-23456789abcd}")),
        ("type", json!("hologram")),
        ("ring", json!("loud")),
        ("deviceId", json!("socket:abc")),
        ("deviceId", json!("x".repeat(65))),
        ("metadata", json!("x".repeat(4095))),
    ] {
        assert_eq!(field(&with(name, value.clone())), (Code::Invalid, name), "{value}");
    }
    let nested = with("participantIds", json!([ID, "nobody"]));
    assert_eq!(field(&nested), (Code::Invalid, "participantIds[1]"));
    let many = with("participantIds", json!(vec![ID; 101]));
    assert_eq!(field(&many), (Code::Invalid, "participantIds"));
    let missing = read_value::<InitiateRequest>(json!({})).unwrap_err();
    assert_eq!(missing.code, Code::Invalid);
    assert!(missing.errors[0].message.contains("conversationId"), "{missing:?}");
}

#[test]
fn metadata_of_four_kibibytes_fits() {
    let body = json!({"conversationId": ID, "metadata": "x".repeat(4094)});
    let request: InitiateRequest = read_value(body).unwrap();
    assert_eq!(request.metadata_text().unwrap().len(), 4096);
    let none: InitiateRequest =
        read_value(json!({"conversationId": ID, "metadata": null})).unwrap();
    assert_eq!(none.metadata_text(), None);
}

#[test]
fn text_that_is_no_json_too_deep_or_no_object_is_refused() {
    for bad in ["", "{", "nonsense", "{\"a\":1}x", "\u{0}", "{\"conversationId\": \"\\ud800\"}"] {
        let failure = read_bytes::<InitiateRequest>(bad.as_bytes()).unwrap_err();
        let expected = matches!(failure.code, Code::BadRequest | Code::Invalid);
        assert!(expected, "{bad}: {failure:?}");
    }
    assert_eq!(read_bytes::<InitiateRequest>(b"{").unwrap_err().code, Code::BadRequest);
    let deep = format!("{{\"metadata\":{}{}}}", "[".repeat(16), "]".repeat(16));
    assert_eq!(read_bytes::<InitiateRequest>(deep.as_bytes()).unwrap_err().code, Code::BadRequest);
    let deep: Value = serde_json::from_str(&deep).unwrap();
    assert_eq!(read_value::<InitiateRequest>(deep).unwrap_err().code, Code::BadRequest);
    for no_object in [json!(null), json!(1), json!([ID]), json!("text")] {
        assert_eq!(read_value::<AcceptEvent>(no_object).unwrap_err().code, Code::Invalid);
    }
}

#[test]
fn an_empty_body_is_an_answer_without_wishes() {
    assert_eq!(read_optional_bytes::<AnswerRequest>(b"").unwrap(), AnswerRequest::default());
    assert_eq!(read_optional_bytes::<AnswerRequest>(b" \n").unwrap(), AnswerRequest::default());
    assert_eq!(read_optional_bytes::<AnswerRequest>(b"{}").unwrap(), AnswerRequest::default());
    assert_eq!(read_optional_bytes::<AnswerRequest>(b"[").unwrap_err().code, Code::BadRequest);
    let accept: AcceptEvent = read_value(json!({"callId": ID, "takeOver": true})).unwrap();
    assert_eq!(accept.take_over, Some(true));
}

#[test]
fn a_change_of_media_needs_one_known_field_and_takes_no_other() {
    assert!(read_bytes::<MediaRequest>(br#"{"audioEnabled":false}"#).is_ok());
    for bad in [
        "{}",
        r#"{"audioEnabled":"no"}"#,
        r#"{"audioEnabled":true,"videoOn":true}"#,
        r#"{"audioEnabled":null}"#,
    ] {
        assert_eq!(
            read_bytes::<MediaRequest>(bad.as_bytes()).unwrap_err().code,
            Code::Invalid,
            "{bad}"
        );
    }
    assert!(read_value::<MediaEvent>(json!({"callId": ID, "screenSharing": true})).is_ok());
    for bad in [json!({"callId": ID}), json!({"callId": ID, "videoEnabled": true, "more": 1})] {
        assert_eq!(read_value::<MediaEvent>(bad).unwrap_err().code, Code::Invalid);
    }
}

#[test]
fn a_founding_offer_is_read_and_written_anew_with_the_true_sender() {
    let mut payload = offer("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n");
    payload["fromUserId"] = json!("somebody else");
    payload["offer"]["extra"] = json!("dropped");
    let sent: SentOffer = read_value(payload).unwrap();
    let sender = ID.parse().unwrap();
    let heard = sent.heard_from(sender, &"tab".parse().unwrap());
    assert_eq!(
        serde_json::to_value(heard).unwrap(),
        json!({
            "callId": ID, "fromUserId": ID, "fromDeviceId": "tab",
            "offer": {"type": "offer", "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"},
        }),
    );
}

#[test]
fn what_is_no_session_description_is_refused() {
    let huge = format!("v=0\r\n{}", "a".repeat(256 * 1024));
    for bad in
        ["", "v=1\r\n", "v=0", "v=00\r\n", "<script>", "v=0\r\na=\u{0}", "v=0\r\n\u{1b}[0m", &huge]
    {
        let failure = read_value::<SentOffer>(offer(bad)).unwrap_err();
        assert_eq!(field(&failure), (Code::Invalid, "offer.sdp"));
    }
    let mut wrong_type = offer("v=0\r\n");
    wrong_type["offer"]["type"] = json!("answer");
    assert_eq!(
        field(&read_value::<SentOffer>(wrong_type).unwrap_err()),
        (Code::Invalid, "offer.type")
    );
    let answer =
        json!({"callId": ID, "targetUserId": ID, "answer": {"type": "offer", "sdp": "v=0\n"}});
    assert_eq!(
        field(&read_value::<SentAnswer>(answer).unwrap_err()),
        (Code::Invalid, "answer.type")
    );
    let mut nobody = offer("v=0\r\n");
    nobody["targetUserId"] = json!("everybody");
    assert_eq!(
        field(&read_value::<SentOffer>(nobody).unwrap_err()),
        (Code::Invalid, "targetUserId")
    );
}

#[test]
fn candidates_are_one_line_of_at_most_two_kibibytes_or_null() {
    let text = "candidate:1 1 UDP 2122260223 192.0.2.7 52137 typ srflx raddr 0.0.0.0 rport 0";
    let good =
        json!({"candidate": text, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": null});
    let sent: SentCandidate = read_value(candidate(good)).unwrap();
    let kind = sent.candidate.as_ref().unwrap().candidate.kind().unwrap();
    assert_eq!((kind.kind, kind.protocol), ("srflx", "udp"));
    assert!(!format!("{sent:?}").contains("192.0.2.7"), "no log shows an address");

    let last: SentCandidate = read_value(candidate(json!(null))).unwrap();
    assert_eq!(last.candidate, None);
    assert!(read_value::<SentCandidate>(candidate(json!({"candidate": ""}))).is_ok());
    let missing = json!({"callId": ID, "targetUserId": ID});
    assert_eq!(read_value::<SentCandidate>(missing).unwrap_err().code, Code::Invalid);

    let long = format!("candidate:{}", "1".repeat(2 * 1024));
    for bad in [
        json!("candidate:1"),
        json!({"candidate": 7}),
        json!({"candidate": "host 1"}),
        json!({"candidate": "candidate:1\r\na=evil"}),
        json!({"candidate": long}),
        json!({"candidate": text, "sdpMid": "x".repeat(257)}),
        json!({"candidate": text, "sdpMLineIndex": -1}),
        json!({"candidate": text, "sdpMLineIndex": 65_536}),
        json!({"candidate": text, "usernameFragment": "a\nb"}),
        json!({"sdpMid": "0"}),
    ] {
        let failure = read_value::<SentCandidate>(candidate(bad.clone())).unwrap_err();
        assert_eq!(failure.code, Code::Invalid, "{bad}");
        assert!(failure.errors[0].field.starts_with("candidate"), "{failure:?}");
    }
}

#[test]
fn numbers_and_texts_keep_to_their_limits() {
    let quality = |rtt: Value| {
        read_value::<QualityReport>(json!({"callId": ID, "grade": "poor", "stats": {"rttMs": rtt}}))
    };
    assert!(quality(json!(120.5)).is_ok());
    assert_eq!(field(&quality(json!(-1)).unwrap_err()), (Code::Invalid, "stats.rttMs"));
    for limit in [0, 101] {
        let failure = read_value::<PageQuery>(json!({"limit": limit})).unwrap_err();
        assert_eq!(field(&failure), (Code::Invalid, "limit"));
    }
    let auth = |client: &str| read_value::<SocketAuth>(json!({"token": "t", "client": client}));
    assert!(auth("web 1.0").is_ok());
    assert!(auth("line\nbreak").is_err());
    assert!(auth(&"x".repeat(65)).is_err());
    let later = read_value::<SocketAuth>(json!({"token": "t", "protocol": 2})).unwrap_err();
    assert_eq!(field(&later), (Code::Invalid, "protocol"));
    let nobody = json!({"kind": "group", "memberIds": []});
    let failure = read_value::<CreateConversationRequest>(nobody).unwrap_err();
    assert_eq!(field(&failure), (Code::Invalid, "memberIds"));
    let twice = json!({"kind": "group", "members": [{"userId": ID, "externalId": "7"}]});
    assert_eq!(read_value::<PutConversationRequest>(twice).unwrap_err().code, Code::Invalid);
}

#[test]
fn no_log_shows_a_password() {
    let body = json!({"email": "a@example.com", "password": "hunter2!", "name": "A"});
    let request: RegisterRequest = read_value(body).unwrap();
    assert!(!format!("{request:?}").contains("hunter2"));
}
