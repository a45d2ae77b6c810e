//! The people of the scenarios: a name is an id, `bob-1` is a device of `bob`.

use vocab::{DeviceId, UserId, Uuid};

/// The id of a name; its letters are the id's bytes.
pub(crate) fn user(name: &str) -> UserId {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(name.bytes()) {
        *slot = byte;
    }
    UserId::from_uuid(Uuid::from_bytes(bytes))
}

/// The name of an id.
pub(crate) fn name(user: UserId) -> String {
    let letters = user.as_uuid().into_bytes().into_iter().filter(|byte| *byte != 0);
    letters.map(char::from).collect()
}

/// A device by its name; `socket:bob-1` is one that its client did not name.
pub(crate) fn device(name: &str) -> DeviceId {
    name.parse().expect("a device name")
}

/// Whose device it is.
pub(crate) fn owner(device: &str) -> UserId {
    let named = device.strip_prefix(DeviceId::SOCKET_PREFIX).unwrap_or(device);
    user(named.split('-').next().unwrap_or_default())
}
