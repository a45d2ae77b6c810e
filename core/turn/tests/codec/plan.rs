//! Messages made to a plan, by either codec.

use proptest::prelude::*;
use stun_types::attribute::{AttributeType, RawAttribute};
use stun_types::message as oracle;
use stun_types::message::{
    IntegrityAlgorithm, LongTermKeyCredentials, MessageIntegrityCredentials, MessageWrite,
    MessageWriteExt, MessageWriteVec,
};
use turn::stun::{Class, Family, Integrity, Key, Method, TransactionId, Writer, attr};

const REALM: &str = "example.org";

/// What a message is made of, for either codec.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) class: Class,
    pub(crate) method: u16,
    pub(crate) transaction: [u8; 12],
    pub(crate) attributes: Vec<(u16, Vec<u8>)>,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) integrity: Option<Integrity>,
    pub(crate) fingerprint: bool,
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let reserved = [attr::MESSAGE_INTEGRITY, attr::MESSAGE_INTEGRITY_SHA256, attr::FINGERPRINT];
    let kind = any::<u16>().prop_filter("these are made", move |kind| !reserved.contains(kind));
    let attribute = (kind, prop::collection::vec(any::<u8>(), 0..70));
    let integrity =
        prop_oneof![Just(None), Just(Some(Integrity::Sha1)), Just(Some(Integrity::Sha256))];
    (
        prop_oneof![
            Just(Class::Request),
            Just(Class::Indication),
            Just(Class::Success),
            Just(Class::Error)
        ],
        0_u16..0x1000,
        any::<[u8; 12]>(),
        prop::collection::vec(attribute, 0..8),
        ("[a-z0-9:-]{0,80}", "[A-Za-z0-9+/=]{1,40}"),
        integrity,
        any::<bool>(),
    )
        .prop_map(|(class, method, transaction, attributes, names, integrity, fingerprint)| {
            let (username, password) = names;
            Plan {
                class,
                method,
                transaction,
                attributes,
                username,
                password,
                integrity,
                fingerprint,
            }
        })
}

pub(crate) fn family() -> impl Strategy<Value = Family> {
    prop_oneof![Just(Family::V4), Just(Family::V6)]
}

pub(crate) fn ours(plan: &Plan) -> Vec<u8> {
    let mut bytes = Vec::new();
    let method = Method::from_number(plan.method);
    let mut writer = Writer::new(&mut bytes, plan.class, method, TransactionId(plan.transaction));
    for (kind, value) in &plan.attributes {
        writer.attribute(*kind, value);
    }
    if let Some(integrity) = plan.integrity {
        writer.integrity(&key(plan, ""), integrity);
    }
    if plan.fingerprint {
        writer.fingerprint();
    }
    writer.finish();
    bytes
}

pub(crate) fn written_by_oracle(plan: &Plan) -> Vec<u8> {
    let mut builder =
        builder(class_of_oracle(plan.class), plan.method, transaction_of_oracle(plan));
    for (kind, value) in &plan.attributes {
        builder.add_attribute(&RawAttribute::new(AttributeType::new(*kind), value)).unwrap();
    }
    if let Some(integrity) = plan.integrity {
        let algorithm = match integrity {
            Integrity::Sha1 => IntegrityAlgorithm::Sha1,
            Integrity::Sha256 => IntegrityAlgorithm::Sha256,
        };
        builder.add_message_integrity(&credentials(plan, ""), algorithm).unwrap();
    }
    if plan.fingerprint {
        builder.add_fingerprint().unwrap();
    }
    builder.finish()
}

/// The oracle makes the key as the integrity is made, and so do we here.
pub(crate) fn key(plan: &Plan, wrong: &str) -> Key {
    let password = format!("{}{wrong}", plan.password);
    match plan.integrity {
        Some(Integrity::Sha256) => Key::sha256(&plan.username, REALM, &password),
        _ => Key::md5(&plan.username, REALM, &password),
    }
}

pub(crate) fn credentials(plan: &Plan, wrong: &str) -> MessageIntegrityCredentials {
    let password = format!("{}{wrong}", plan.password);
    LongTermKeyCredentials::new(plan.username.clone(), password, REALM.to_owned()).into()
}

pub(crate) fn builder(
    class: oracle::MessageClass,
    method: u16,
    transaction: oracle::TransactionId,
) -> MessageWriteVec {
    let kind = oracle::MessageType::from_class_method(class, oracle::Method::new(method));
    oracle::Message::builder(kind, transaction, MessageWriteVec::new())
}

pub(crate) fn class_of_oracle(class: Class) -> oracle::MessageClass {
    match class {
        Class::Request => oracle::MessageClass::Request,
        Class::Indication => oracle::MessageClass::Indication,
        Class::Success => oracle::MessageClass::Success,
        Class::Error => oracle::MessageClass::Error,
    }
}

pub(crate) fn transaction_of_oracle(plan: &Plan) -> oracle::TransactionId {
    u128_of(plan.transaction).into()
}

pub(crate) fn u128_of(transaction: [u8; 12]) -> u128 {
    transaction.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}
