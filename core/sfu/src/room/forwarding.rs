//! The way of a packet through the room. Nothing here allocates, but where something changes.

use std::time::Instant;

use super::{Room, SourceId};
use crate::arrivals::Arrival;
use crate::encoding::Noted;
use crate::layer_selector::Verdict;
use crate::payload::{Glance, glance};
use crate::{Egress, Layer, Member, Packet, SourceKind};

impl Room {
    /// Forwards a packet of a publisher to all who are to have it. Allocates nothing.
    pub fn handle_packet(
        &mut self,
        now: Instant,
        from: Member,
        source: SourceKind,
        layer: Layer,
        packet: &Packet<'_>,
        egress: &mut impl Egress,
    ) {
        let id = SourceId { member: from, kind: source };
        let seen = glance(packet);
        let Some(noted) = self.note(now, id, layer, packet, &seen) else { return };
        if source == SourceKind::Microphone {
            self.stale.sounds |= self.speakers.hear(now, from, packet);
            self.report_speakers(now);
        }
        if self.stale.sounds || self.stale.pictures {
            self.settle(now);
        }
        self.fan_out(now, id, layer, packet, (&seen, noted), egress);
    }

    /// Notes a packet; `None` if it is not to be forwarded.
    fn note(
        &mut self,
        now: Instant,
        id: SourceId,
        layer: Layer,
        packet: &Packet<'_>,
        seen: &Glance,
    ) -> Option<Noted> {
        let source = self.source(id).filter(|source| source.allowed)?;
        let noted = source.encoding(layer)?.note(now, packet, seen);
        match noted.arrival {
            Arrival::Refused => return None,
            Arrival::Anew => source.cut(layer),
            Arrival::Newest | Arrival::Late => {}
        }
        if noted.revived {
            source.retarget(now);
        }
        if std::mem::replace(&mut source.silent, false) {
            self.stale.pictures = true;
        }
        Some(noted)
    }

    fn fan_out(
        &mut self,
        now: Instant,
        id: SourceId,
        layer: Layer,
        packet: &Packet<'_>,
        (seen, noted): (&Glance, Noted),
        egress: &mut impl Egress,
    ) {
        let Some(source) = self.sources[id.member.index()][super::place(id.kind)].as_mut() else {
            return;
        };
        let mut need_keyframe = false;
        for selector in &mut source.fan_out {
            let verdict =
                selector.decide(layer, seen.entry, seen.temporal, noted.first, seen.temporal_entry);
            if verdict == Verdict::Ignore {
                continue;
            }
            let subscriber = &mut self.subscribers[selector.to.index()];
            let Some(slot) = subscriber.slots.get_mut(selector.slot.index()) else { continue };
            if !slot.codecs.carries(packet.codec) {
                // Whatever comes after it has to begin anew.
                selector.current = None;
                continue;
            }
            let rewritten = match verdict {
                Verdict::Ignore => None,
                Verdict::NeedKeyframe => {
                    need_keyframe = true;
                    None
                }
                Verdict::LeaveOut => {
                    slot.forwarder.leave_out(packet, seen);
                    None
                }
                Verdict::Switch => Some(slot.forwarder.switch(now, packet, seen)),
                Verdict::Forward => slot.forwarder.forward(now, packet, seen),
            };
            if let Some(rewritten) = rewritten {
                egress.send(selector.to, selector.slot, &rewritten);
            }
        }
        if need_keyframe {
            self.want_keyframe(now, id, layer);
        }
    }
}
