//! The words of a room in those of the wire, and back.

use sfu::{ActiveLayers, MediaPeer, Paused, SlotView, SourceKind};
use vocab::{CallId, UserId};
use wire::Wire;
use wire::event::{
    LayerRid, LayersEvent, SlotBody, SlotKind, SlotPaused, SlotSource, SlotsEvent, SpeakersEvent,
};

/// Which of the two connections, as the room has it.
pub(crate) const fn peer(peer: wire::event::MediaPeer) -> MediaPeer {
    match peer {
        wire::event::MediaPeer::Publisher => MediaPeer::Publisher,
        wire::event::MediaPeer::Subscriber => MediaPeer::Subscriber,
    }
}

/// Which of the two connections, on the wire.
pub(crate) const fn peer_body(peer: MediaPeer) -> wire::event::MediaPeer {
    match peer {
        MediaPeer::Publisher => wire::event::MediaPeer::Publisher,
        MediaPeer::Subscriber => wire::event::MediaPeer::Subscriber,
    }
}

/// What a participant sends, as the room has it.
pub(crate) const fn source(source: SlotSource) -> SourceKind {
    match source {
        SlotSource::Microphone => SourceKind::Microphone,
        SlotSource::Camera => SourceKind::Camera,
        SlotSource::Screen => SourceKind::Screen,
        SlotSource::ScreenAudio => SourceKind::ScreenAudio,
    }
}

const fn source_body(source: SourceKind) -> SlotSource {
    match source {
        SourceKind::Microphone => SlotSource::Microphone,
        SourceKind::Camera => SlotSource::Camera,
        SourceKind::Screen => SlotSource::Screen,
        SourceKind::ScreenAudio => SlotSource::ScreenAudio,
    }
}

/// `call:slots`.
pub(crate) fn slots(call: CallId, rev: u64, slots: Vec<SlotView>) -> SlotsEvent {
    let slots = slots.into_iter().map(|slot| SlotBody {
        mid: slot.mid,
        kind: match slot.kind {
            sfu::SlotKind::Audio => SlotKind::Audio,
            sfu::SlotKind::Video => SlotKind::Video,
        },
        user_id: slot.shows.map(|(user, _)| Wire(user)),
        source: slot.shows.map(|(_, source)| source_body(source)),
        paused: slot.paused.map(|why| match why {
            Paused::Bandwidth => SlotPaused::Bandwidth,
            Paused::Hidden => SlotPaused::Hidden,
            Paused::Sender => SlotPaused::Sender,
        }),
    });
    SlotsEvent { call_id: Wire(call), rev, slots: slots.collect() }
}

/// `call:layers`.
pub(crate) fn layers(call: CallId, layers: &ActiveLayers) -> LayersEvent {
    let rids = layers.rids.iter().filter_map(|rid| match *rid {
        "q" => Some(LayerRid::Q),
        "h" => Some(LayerRid::H),
        "f" => Some(LayerRid::F),
        // No room names another.
        _ => None,
    });
    let source = source_body(layers.source);
    LayersEvent { call_id: Wire(call), source, rids: rids.collect() }
}

/// `call:speakers`.
pub(crate) fn speakers(call: CallId, users: &[UserId]) -> SpeakersEvent {
    SpeakersEvent { call_id: Wire(call), user_ids: users.iter().copied().map(Wire).collect() }
}
