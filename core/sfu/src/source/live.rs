//! A source of a participant, as the room has it.

use std::time::{Duration, Instant};

use crate::allocator::{Step, Steps};
use crate::encoding::Encoding;
use crate::layer_selector::{ALL_TEMPORAL, LayerSelector};
use crate::watched::Watched;
use crate::{Layer, Member, SlotIndex, SourceKind, SourceSpec};

/// Assumed until a key frame tells.
const USUAL_CAMERA_HEIGHT: u32 = 720;
const USUAL_SCREEN_HEIGHT: u32 = 1_080;
/// Assumed of a whole picture until it is measured, in bit/s; a half takes a third.
const USUAL_CAMERA_RATE: u64 = 1_500_000;
const USUAL_SCREEN_RATE: u64 = 1_500_000;
/// A camera that sends nothing for so long while it is watched is reported as paused by its
/// sender.
const SILENT_AFTER: Duration = Duration::from_secs(3);

/// A source: its layers, and who gets it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) kind: SourceKind,
    /// The participant may send it, and wants to.
    pub(crate) allowed: bool,
    spec: SourceSpec,
    encodings: [Option<Encoding>; Layer::ALL.len()],
    /// Everybody who gets it or waits for it.
    pub(crate) fan_out: Vec<LayerSelector>,
    pub(crate) watched: Watched,
    /// Watched, allowed, and yet nothing comes.
    pub(crate) silent: bool,
}

impl Source {
    pub(crate) fn new(now: Instant, spec: SourceSpec, allowed: bool) -> Self {
        let mut encodings = [None, None, None];
        for layer in Layer::ALL {
            let alone = spec.rids.is_empty() && layer == Layer::Full;
            if alone || spec.rids.contains(&layer) {
                encodings[layer.index()] = Some(Encoding::wanted_since(now));
            }
        }
        let watched = Watched::new(encodings.each_ref().map(Option::is_some));
        let kind = spec.kind;
        Self { kind, allowed, spec, encodings, fan_out: Vec::new(), watched, silent: false }
    }

    /// Whether a new negotiation leaves it as it is.
    pub(crate) fn is(&self, spec: &SourceSpec) -> bool {
        self.spec == *spec
    }

    pub(crate) fn encoding(&mut self, layer: Layer) -> Option<&mut Encoding> {
        self.encodings[layer.index()].as_mut()
    }

    /// Its layers, the smallest first.
    pub(crate) fn layers(&self) -> impl DoubleEndedIterator<Item = (Layer, &Encoding)> {
        Layer::ALL
            .into_iter()
            .zip(&self.encodings)
            .filter_map(|(layer, encoding)| encoding.as_ref().map(|encoding| (layer, encoding)))
    }

    pub(crate) fn layers_mut(&mut self) -> impl Iterator<Item = (Layer, &mut Encoding)> {
        Layer::ALL
            .into_iter()
            .zip(&mut self.encodings)
            .filter_map(|(layer, encoding)| encoding.as_mut().map(|encoding| (layer, encoding)))
    }

    /// The place of this subscriber's slot in the fan-out list.
    pub(crate) fn selector(&mut self, to: Member, slot: SlotIndex) -> Option<&mut LayerSelector> {
        self.fan_out.iter_mut().find(|selector| selector.to == to && selector.slot == slot)
    }

    /// Whether anything can come.
    pub(crate) fn sends(&self) -> bool {
        self.allowed && !self.silent
    }

    /// The best layer that comes, not above `granted`; failing that, `granted` itself if it may
    /// be about to come; failing that, the smallest that comes.
    pub(crate) fn reachable(&self, now: Instant, granted: Layer) -> Layer {
        let alive = || self.layers().filter(|(_, encoding)| encoding.alive).map(|(layer, _)| layer);
        if let Some(below) = alive().rfind(|layer| *layer <= granted) {
            return below;
        }
        let encoding = self.encodings[granted.index()].as_ref();
        if encoding.is_some_and(|encoding| encoding.can_come(now)) {
            return granted;
        }
        alive().next().unwrap_or(granted)
    }

    /// The stream of a layer began anew: its subscribers have to begin anew too.
    pub(crate) fn cut(&mut self, layer: Layer) {
        for selector in self.fan_out.iter_mut().filter(|one| one.current == Some(layer)) {
            selector.current = None;
        }
    }

    /// It is not sent for now.
    pub(crate) fn rest(&mut self) {
        self.silent = false;
        self.watched.rest();
    }

    /// Looks anew which layers can be waited for, after one came or ceased.
    pub(crate) fn retarget(&mut self, now: Instant) {
        for place in 0..self.fan_out.len() {
            self.fan_out[place].target = self.reachable(now, self.fan_out[place].granted);
        }
    }

    /// Takes the measure of all layers.
    pub(crate) fn measure(&mut self, now: Instant) {
        let kind = self.kind;
        let died =
            self.layers_mut().fold(false, |died, (_, encoding)| encoding.measure(now, kind) | died);
        if died {
            self.retarget(now);
        }
        self.silent = self.is_silent(now);
    }

    fn is_silent(&self, now: Instant) -> bool {
        if self.kind != SourceKind::Camera || self.fan_out.is_empty() {
            return self.silent;
        }
        let since = self.watched.since();
        let last = self.layers().filter_map(|(_, encoding)| encoding.last_packet()).max();
        since.is_some_and(|since| now >= last.unwrap_or(since).max(since) + SILENT_AFTER)
    }

    /// Notes which layers anybody watches. Some: the publisher is to be told that it is these.
    pub(crate) fn note_watched(
        &mut self,
        now: Instant,
        off_after: Duration,
    ) -> Option<Vec<&'static str>> {
        let mut watched = [false; Layer::ALL.len()];
        for selector in &self.fan_out {
            let layers = [Some(selector.granted), Some(selector.target), selector.current];
            layers.into_iter().flatten().for_each(|layer| watched[layer.index()] = true);
        }
        let before = Layer::ALL.map(|layer| self.watched.wants(layer));
        let wanted = self.watched.note(now, watched, off_after)?;
        for (layer, encoding) in self.layers_mut() {
            if wanted[layer.index()] != before[layer.index()] {
                encoding.wanted_since = wanted[layer.index()].then_some(now);
            }
        }
        let wanted = Layer::ALL.into_iter().filter(|layer| wanted[layer.index()]);
        Some(wanted.map(Layer::rid).collect())
    }

    /// The smallest layer that is as high as it is shown.
    fn layer_for(&self, shown_height: u32) -> Option<Layer> {
        let full = self.full_height();
        let enough = |layer: Layer| full / layer.divisor() >= shown_height;
        let layers = || self.layers().map(|(layer, _)| layer);
        layers().find(|layer| enough(*layer)).or_else(|| layers().next_back())
    }

    fn full_height(&self) -> u32 {
        let told = self.layers().filter_map(|(layer, encoding)| encoding.full_height(layer)).max();
        told.unwrap_or(match self.kind {
            SourceKind::Screen => USUAL_SCREEN_HEIGHT,
            SourceKind::Camera | SourceKind::Microphone | SourceKind::ScreenAudio => {
                USUAL_CAMERA_HEIGHT
            }
        })
    }

    /// What it can be had for, from the least to what suits this shown height.
    pub(crate) fn steps(&self, now: Instant, shown_height: u32) -> Steps {
        let mut steps = Steps::default();
        let Some(most) = self.layer_for(shown_height) else { return steps };
        let mut carried_below = 0;
        for (layer, encoding) in self.layers().filter(|(layer, _)| *layer <= most) {
            if steps.is_empty() {
                for temporal in 0..encoding.top_temporal() {
                    if let Some(carried) = encoding.carried(temporal) {
                        steps.push(Step { layer, temporal }, carried);
                    }
                }
            }
            let carried = encoding.carried(ALL_TEMPORAL).unwrap_or_else(|| self.usual_rate(layer));
            // What does not come costs no more than what comes in its place.
            if encoding.can_come(now) || carried_below == 0 {
                carried_below = carried;
            }
            steps.push(Step { layer, temporal: ALL_TEMPORAL }, carried_below);
        }
        steps
    }

    fn usual_rate(&self, layer: Layer) -> u64 {
        let full = match self.kind {
            SourceKind::Screen => USUAL_SCREEN_RATE,
            SourceKind::Camera | SourceKind::Microphone | SourceKind::ScreenAudio => {
                USUAL_CAMERA_RATE
            }
        };
        match layer {
            Layer::Full => full,
            Layer::Half => full / 3,
            Layer::Quarter => full / 10,
        }
    }

    /// Bits per second of a sound, as last measured.
    pub(crate) fn sound_rate(&self) -> u64 {
        self.layers().filter_map(|(_, encoding)| encoding.carried(ALL_TEMPORAL)).sum()
    }
}
