//! Which frames a receiver could decode: it needs them whole, and what they depend on before.

use std::collections::VecDeque;

use super::mark::Mark;
use super::vp8::Descriptor;

/// Frames that are remembered until they are whole, or until what they depend on has come.
const REMEMBERED: usize = 24;
/// So many frames that cannot be decoded ask for a key frame.
const STUCK: u32 = 8;

/// A frame that could be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoded {
    /// Of its last packet to come.
    pub mark: Mark,
}

/// Puts the frames of one slot together. What comes may change its publisher and its layer, which
/// begins with a key frame.
#[derive(Debug, Default)]
pub struct Decoder {
    frames: VecDeque<Frame>,
    /// The number of the last decoded frame of temporal layer 0.
    tl0: Option<u8>,
    stuck: u32,
}

#[derive(Debug)]
struct Frame {
    mark: Mark,
    descriptor: Descriptor,
    packets: u16,
}

impl Decoder {
    /// Takes in a packet; tells every frame that can be decoded now.
    pub fn packet(&mut self, descriptor: Descriptor, mark: Mark, mut decoded: impl FnMut(Decoded)) {
        let known = self.frames.iter().position(|frame| frame.is_of(&mark));
        let place = known.unwrap_or_else(|| {
            if self.frames.len() == REMEMBERED {
                self.frames.pop_front();
            }
            self.frames.push_back(Frame { mark, descriptor, packets: 0 });
            self.frames.len() - 1
        });
        self.frames[place].packets += 1;
        if self.frames[place].packets < mark.count {
            return;
        }
        let mut any = false;
        while let Some(place) = self.frames.iter().position(|frame| self.can_decode(frame)) {
            let frame = self.frames.remove(place).expect("the place was found");
            if frame.mark.key || frame.descriptor.temporal == 0 {
                self.tl0 = Some(frame.descriptor.tl0);
            }
            if frame.mark.key {
                // What came before is of no use any more.
                self.frames.drain(..place);
            }
            any = true;
            decoded(Decoded { mark: frame.mark });
        }
        self.stuck = if any { 0 } else { self.stuck + 1 };
    }

    /// Whether a key frame is needed to go on; asked again only after as many frames more.
    pub fn needs_key(&mut self) -> bool {
        let stuck = self.stuck >= STUCK;
        if stuck {
            self.stuck = 0;
        }
        stuck
    }

    fn can_decode(&self, frame: &Frame) -> bool {
        let depends_on_decoded = self.tl0.is_some_and(|tl0| {
            let before = u8::from(frame.descriptor.temporal == 0);
            tl0 == frame.descriptor.tl0.wrapping_sub(before)
        });
        frame.packets >= frame.mark.count && (frame.mark.key || depends_on_decoded)
    }
}

impl Frame {
    fn is_of(&self, mark: &Mark) -> bool {
        let Mark { publisher, layer, frame, .. } = self.mark;
        (publisher, layer, frame) == (mark.publisher, mark.layer, mark.frame)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::sfu::camera::{Camera, Picture, picture_mark};

    const PICTURE: Picture = Picture { rid: None, size: (640, 360), rate: 90, payload: 200 };

    fn frames(count: usize) -> Vec<Vec<(Descriptor, Mark)>> {
        let origin = Instant::now();
        let mut camera = Camera::new(1, &[PICTURE], 30, origin);
        let frame = |_| {
            let mut packets = Vec::new();
            camera.frame(origin, |packet| packets.push(picture_mark(&packet.payload).unwrap()));
            packets
        };
        (0..count).map(frame).collect()
    }

    fn decode(decoder: &mut Decoder, packets: &[(Descriptor, Mark)]) -> Vec<u32> {
        let mut numbers = Vec::new();
        for (descriptor, mark) in packets {
            decoder.packet(*descriptor, *mark, |frame| numbers.push(frame.mark.frame));
        }
        numbers
    }

    #[test]
    fn a_stream_without_loss_is_decoded_frame_by_frame() {
        let mut decoder = Decoder::default();
        for (number, frame) in (0..).zip(frames(300)) {
            assert_eq!(decode(&mut decoder, &frame), [number]);
        }
        assert!(!decoder.needs_key());
    }

    #[test]
    fn nothing_is_decoded_before_a_key_frame() {
        let mut decoder = Decoder::default();
        let frames = frames(20);
        for frame in &frames[1..] {
            assert!(decode(&mut decoder, frame).is_empty());
        }
        assert!(decoder.needs_key());
    }

    #[test]
    fn a_lost_frame_that_nothing_depends_on_costs_itself_alone() {
        let mut decoder = Decoder::default();
        let decoded: Vec<u32> = frames(9)
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != 1)
            .flat_map(|(_, frame)| decode(&mut decoder, frame))
            .collect();
        assert_eq!(decoded, [0, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn frames_wait_for_the_late_packet_they_depend_on() {
        let mut decoder = Decoder::default();
        let frames = frames(6);
        for frame in &frames[..4] {
            decode(&mut decoder, frame);
        }
        assert!(decode(&mut decoder, &frames[4][1..]).is_empty());
        assert!(decode(&mut decoder, &frames[5]).is_empty());
        assert_eq!(decode(&mut decoder, &frames[4][..1]), [4, 5]);
    }
}
