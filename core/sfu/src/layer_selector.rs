//! Which layer a subscriber gets at this packet.

use crate::{Layer, Member, SlotIndex};

/// Every temporal layer.
pub(crate) const ALL_TEMPORAL: u8 = 7;

/// One subscriber's place in the fan-out list of a source, with the decision which layer goes
/// there. A picture is changed only at a key frame of the layer it changes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerSelector {
    /// Who receives.
    pub(crate) to: Member,
    /// On which of their slots.
    pub(crate) slot: SlotIndex,
    /// What the allocator grants.
    pub(crate) granted: Layer,
    /// The best that is sent of what is granted; what is waited for.
    pub(crate) target: Layer,
    /// What goes out.
    pub(crate) current: Option<Layer>,
    /// Highest temporal layer that is granted.
    pub(crate) temporal_granted: u8,
    /// Highest temporal layer that goes out.
    pub(crate) temporal: u8,
}

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is of another layer.
    Ignore,
    /// It goes out.
    Forward,
    /// It goes out, as the first of its layer.
    Switch,
    /// It is of a temporal layer that does not go out.
    LeaveOut,
    /// It would be of use if a key frame came before.
    NeedKeyframe,
}

impl LayerSelector {
    /// Nothing goes out yet.
    pub(crate) fn new(to: Member, slot: SlotIndex) -> Self {
        Self {
            to,
            slot,
            granted: Layer::Full,
            target: Layer::Full,
            current: None,
            temporal_granted: ALL_TEMPORAL,
            temporal: ALL_TEMPORAL,
        }
    }

    /// Decides on a packet of this layer. `entry`: a subscriber can begin with it. `temporal` is
    /// its temporal layer; `first`: it begins a picture; `rise`: and this one needs no other
    /// picture of its temporal layer.
    pub(crate) fn decide(
        &mut self,
        layer: Layer,
        entry: bool,
        temporal: u8,
        first: bool,
        rise: bool,
    ) -> Verdict {
        if self.current == Some(layer) {
            return self.decide_temporal(entry, temporal, first, rise);
        }
        if !self.is_better(layer) {
            return Verdict::Ignore;
        }
        if entry {
            self.current = Some(layer);
            self.temporal = self.temporal_granted;
            return Verdict::Switch;
        }
        if layer == self.target { Verdict::NeedKeyframe } else { Verdict::Ignore }
    }

    /// Whether this layer is nearer to what is wanted than what goes out.
    fn is_better(&self, layer: Layer) -> bool {
        if layer == self.target {
            return true;
        }
        layer <= self.granted
            && self.current.is_none_or(|current| {
                current > self.granted || (current < layer && current != self.target)
            })
    }

    fn decide_temporal(&mut self, entry: bool, temporal: u8, first: bool, rise: bool) -> Verdict {
        if entry || (first && self.temporal > self.temporal_granted) {
            self.temporal = self.temporal_granted;
        } else if first
            && rise
            && self.temporal < self.temporal_granted
            && temporal == self.temporal + 1
        {
            self.temporal = temporal;
        }
        if temporal > self.temporal { Verdict::LeaveOut } else { Verdict::Forward }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Layer::{Full, Half, Quarter};
    use Verdict::{Forward, Ignore, LeaveOut, NeedKeyframe, Switch};

    fn selector(granted: Layer, target: Layer, current: Option<Layer>) -> LayerSelector {
        let new = LayerSelector::new(Member(0), SlotIndex(0));
        LayerSelector { granted, target, current, ..new }
    }

    fn inter(selector: &mut LayerSelector, layer: Layer) -> Verdict {
        selector.decide(layer, false, 0, true, false)
    }

    fn key(selector: &mut LayerSelector, layer: Layer) -> Verdict {
        selector.decide(layer, true, 0, true, false)
    }

    #[test]
    fn upwards_it_waits_for_a_key_frame_of_the_target() {
        let mut selector = selector(Full, Full, Some(Quarter));
        assert_eq!(inter(&mut selector, Full), NeedKeyframe);
        assert_eq!(inter(&mut selector, Quarter), Forward);
        assert_eq!(key(&mut selector, Full), Switch);
        assert_eq!(inter(&mut selector, Full), Forward);
        assert_eq!(inter(&mut selector, Quarter), Ignore);
    }

    #[test]
    fn downwards_the_old_layer_goes_on_until_the_key_frame() {
        let mut selector = selector(Quarter, Quarter, Some(Full));
        assert_eq!(inter(&mut selector, Quarter), NeedKeyframe);
        assert_eq!(inter(&mut selector, Full), Forward);
        assert_eq!(key(&mut selector, Quarter), Switch);
        assert_eq!(inter(&mut selector, Full), Ignore);
    }

    #[test]
    fn a_key_frame_of_a_layer_on_the_way_is_taken() {
        let mut rising = selector(Full, Full, Some(Quarter));
        assert_eq!(inter(&mut rising, Half), Ignore);
        assert_eq!(key(&mut rising, Half), Switch);
        let mut falling = selector(Half, Half, Some(Full));
        assert_eq!(key(&mut falling, Quarter), Switch);
        let mut beginning = selector(Full, Full, None);
        assert_eq!(key(&mut beginning, Quarter), Switch);
        assert_eq!(key(&mut beginning, Full), Switch);
        assert_eq!(key(&mut beginning, Quarter), Ignore);
    }

    #[test]
    fn nothing_above_what_is_granted_is_taken_unless_it_is_all_there_is() {
        let mut granted_half = selector(Half, Half, None);
        assert_eq!(key(&mut granted_half, Full), Ignore);
        let mut only_full = selector(Quarter, Full, None);
        assert_eq!(key(&mut only_full, Full), Switch);
    }

    #[test]
    fn temporal_layers_fall_at_a_picture_and_rise_where_the_stream_allows() {
        let mut selector = selector(Full, Full, Some(Full));
        selector.temporal_granted = 0;
        assert_eq!(selector.decide(Full, false, 2, false, false), Forward);
        assert_eq!(selector.decide(Full, false, 1, true, true), LeaveOut);
        selector.temporal_granted = ALL_TEMPORAL;
        assert_eq!(selector.decide(Full, false, 2, true, true), LeaveOut);
        assert_eq!(selector.decide(Full, false, 1, true, false), LeaveOut);
        assert_eq!(selector.decide(Full, false, 1, true, true), Forward);
        assert_eq!(selector.decide(Full, false, 2, true, true), Forward);
    }
}
