//! Which relayed ports are in use, and by which shard.

use std::sync::atomic::{AtomicU8, Ordering};

use ::turn::stun::Family;

const FREE: u8 = 0;
const TAKEN: u8 = u8::MAX;

/// One byte for each port and family, read by every shard for every packet: no lock.
///
/// A port is free, or taken while its socket is being bound, or live.
#[derive(Debug)]
pub(super) struct Ports {
    v4: Box<[AtomicU8]>,
    v6: Box<[AtomicU8]>,
}

impl Ports {
    pub(super) fn new() -> Self {
        let all = || (0..=u16::MAX).map(|_| AtomicU8::new(FREE)).collect();
        Self { v4: all(), v6: all() }
    }

    /// Takes a free port for the time of binding; false when another shard has it.
    pub(super) fn take(&self, family: Family, port: u16) -> bool {
        let slot = self.slot(family, port);
        slot.compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// The port that was taken is bound: from now on packets to it belong to this shard.
    pub(super) fn bound(&self, family: Family, port: u16, shard: u8) {
        self.slot(family, port).store(shard + 1, Ordering::Release);
    }

    /// Nobody has the port any more.
    pub(super) fn free(&self, family: Family, port: u16) {
        self.slot(family, port).store(FREE, Ordering::Release);
    }

    /// The shard that owns a live port.
    pub(super) fn owner(&self, family: Family, port: u16) -> Option<u8> {
        match self.slot(family, port).load(Ordering::Acquire) {
            FREE | TAKEN => None,
            shard => Some(shard - 1),
        }
    }

    fn slot(&self, family: Family, port: u16) -> &AtomicU8 {
        match family {
            Family::V4 => &self.v4[usize::from(port)],
            Family::V6 => &self.v6[usize::from(port)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_owned_from_its_binding_until_it_is_freed() {
        let ports = Ports::new();
        assert!(ports.take(Family::V4, 65_535));
        assert!(!ports.take(Family::V4, 65_535), "one shard binds at a time");
        assert!(ports.take(Family::V6, 65_535), "families are apart");
        assert_eq!(ports.owner(Family::V4, 65_535), None);
        ports.bound(Family::V4, 65_535, 3);
        assert_eq!(ports.owner(Family::V4, 65_535), Some(3));
        ports.free(Family::V4, 65_535);
        assert_eq!(ports.owner(Family::V4, 65_535), None);
        assert!(ports.take(Family::V4, 65_535));
    }
}
