//! A camera and a microphone that exist in numbers only: packets that look like VP8 and Opus.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::mark::{MARK_LEN, Mark};
use super::vp8::{DESCRIPTOR_LEN, Descriptor, FRAME_HEAD_LEN, write_frame_head};

/// How often the microphone sends.
const SOUND_EVERY: Duration = Duration::from_millis(20);
/// Bytes of a sound packet, as of Opus at 32 kbit/s.
const SOUND_LEN: usize = 80;
/// A key frame is so many times as large as another.
const KEY_FACTOR: f64 = 3.0;
/// The temporal layers of four frames, one after the other.
const TEMPORAL: [u8; 4] = [0, 2, 1, 2];

/// One encoding of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Picture {
    /// Its restriction identifier (RFC 8851); `None` without simulcast.
    pub rid: Option<&'static str>,
    /// Pixels.
    pub size: (u16, u16),
    /// Packets per second.
    pub rate: u32,
    /// Bytes of a payload with its descriptor.
    pub payload: usize,
}

/// One RTP packet that is to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The number of the layer; 0 for sound.
    pub layer: usize,
    /// The extended sequence number in its layer.
    pub seq: u64,
    /// In units of the RTP clock.
    pub timestamp: u32,
    /// The last packet of a frame.
    pub marker: bool,
    /// Descriptor, mark and filler.
    pub payload: Arc<[u8]>,
}

/// Pictures at a fixed rate in one layer or several.
#[derive(Debug)]
pub struct Camera {
    publisher: u16,
    layers: Vec<Layer>,
    every: Duration,
    due: Instant,
    frames: u32,
}

#[derive(Debug)]
struct Layer {
    picture: Picture,
    per_frame: f64,
    carried: f64,
    frame: u32,
    picture_id: u16,
    tl0: u8,
    /// The place in the pattern of temporal layers.
    place: usize,
    key_wanted: bool,
    watched: bool,
    seq: u64,
}

impl Camera {
    /// A camera whose first frame is due at `start`.
    #[must_use]
    pub fn new(publisher: u16, pictures: &[Picture], frames: u32, start: Instant) -> Self {
        let layer = |picture: &Picture| Layer {
            picture: *picture,
            per_frame: f64::from(picture.rate) / f64::from(frames),
            carried: 0.0,
            frame: 0,
            picture_id: publisher.wrapping_mul(1_009),
            tl0: 0,
            place: 0,
            key_wanted: true,
            watched: true,
            seq: 1,
        };
        Self {
            publisher,
            layers: pictures.iter().map(layer).collect(),
            every: Duration::from_secs(1) / frames,
            due: start,
            frames: 0,
        }
    }

    /// When the next frame is due.
    #[must_use]
    pub const fn due(&self) -> Instant {
        self.due
    }

    /// Goes on at `start` after a pause, with key frames.
    pub fn resume(&mut self, start: Instant) {
        self.due = start;
        self.layers.iter_mut().for_each(|layer| layer.key_wanted = true);
    }

    /// The next frame of this layer will be a key frame.
    pub fn request_key(&mut self, rid: Option<&str>) {
        for layer in &mut self.layers {
            if rid.is_none() || layer.picture.rid == rid {
                layer.key_wanted = true;
            }
        }
    }

    /// Sends only layers that are watched, as told by the server.
    pub fn watched(&mut self, rids: &[String]) {
        for layer in &mut self.layers {
            let name = layer.picture.rid.unwrap_or("f");
            let watched = rids.iter().any(|rid| rid == name);
            layer.key_wanted |= watched && !layer.watched;
            layer.watched = watched;
        }
    }

    /// From now on every layer has this many packets per second.
    pub fn set_rate(&mut self, packets: u32) {
        let frames = 1.0 / self.every.as_secs_f64();
        self.layers.iter_mut().for_each(|layer| layer.per_frame = f64::from(packets) / frames);
    }

    /// The frame that is due, in all layers. `origin` is the beginning of the program.
    pub fn frame(&mut self, origin: Instant, mut send: impl FnMut(Outgoing)) {
        let sent = self.due.saturating_duration_since(origin);
        let timestamp = self
            .frames
            .wrapping_mul(u32::try_from(self.every.as_micros() * 9 / 100).unwrap_or(3_000));
        for (number, layer) in self.layers.iter_mut().enumerate().filter(|(_, layer)| layer.watched)
        {
            layer.frame(self.publisher, number, timestamp, sent, &mut send);
        }
        self.frames += 1;
        self.due += self.every;
    }

    /// Frames so far, whatever was watched.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.frames
    }
}

impl Layer {
    fn frame(
        &mut self,
        publisher: u16,
        number: usize,
        timestamp: u32,
        sent: Duration,
        send: &mut impl FnMut(Outgoing),
    ) {
        let key = std::mem::take(&mut self.key_wanted);
        if key {
            self.place = 0;
        }
        let temporal = TEMPORAL[self.place % TEMPORAL.len()];
        self.place += 1;
        self.picture_id = self.picture_id.wrapping_add(1) & 0x7FFF;
        self.tl0 = self.tl0.wrapping_add(u8::from(temporal == 0));
        let count = self.packets(key);
        for index in 0..count {
            let mut payload = Vec::with_capacity(self.picture.payload);
            let descriptor = Descriptor {
                starts: index == 0,
                non_reference: temporal == 2,
                picture_id: self.picture_id,
                tl0: self.tl0,
                temporal,
            };
            descriptor.write(&mut payload);
            let (width, height) = self.picture.size;
            write_frame_head(&mut payload, key && index == 0, width, height);
            let mark = Mark {
                publisher,
                layer: u8::try_from(number).unwrap_or(u8::MAX),
                key,
                frame: self.frame,
                index,
                count,
                sent,
            };
            let head = DESCRIPTOR_LEN + FRAME_HEAD_LEN;
            mark.write(&mut payload, self.picture.payload.saturating_sub(head));
            send(Outgoing {
                layer: number,
                seq: self.seq,
                timestamp,
                marker: index + 1 == count,
                payload: payload.into(),
            });
            self.seq += 1;
        }
        self.frame += 1;
    }

    /// Packets of the next frame, so that the rate is right in the mean.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    fn packets(&mut self, key: bool) -> u16 {
        if key {
            return (self.per_frame * KEY_FACTOR).ceil() as u16;
        }
        self.carried += self.per_frame;
        let whole = self.carried.floor().max(1.0);
        self.carried -= whole;
        whole as u16
    }
}

/// Sound 50 times a second.
#[derive(Debug)]
pub struct Microphone {
    publisher: u16,
    due: Instant,
    sent: u32,
}

impl Microphone {
    /// One whose first packet is due at `start`.
    #[must_use]
    pub const fn new(publisher: u16, start: Instant) -> Self {
        Self { publisher, due: start, sent: 0 }
    }

    /// When the next packet is due.
    #[must_use]
    pub const fn due(&self) -> Instant {
        self.due
    }

    /// Goes on at `start` after a pause.
    pub const fn resume(&mut self, start: Instant) {
        self.due = start;
    }

    /// The packet that is due.
    pub fn packet(&mut self, origin: Instant) -> Outgoing {
        let mark = Mark {
            publisher: self.publisher,
            layer: 0,
            key: false,
            frame: self.sent,
            index: 0,
            count: 1,
            sent: self.due.saturating_duration_since(origin),
        };
        // The first byte says how an Opus packet is coded (RFC 6716 §3.1).
        let mut payload = vec![0x78];
        mark.write(&mut payload, SOUND_LEN.max(MARK_LEN) - 1);
        let outgoing = Outgoing {
            layer: 0,
            seq: u64::from(self.sent) + 1,
            timestamp: self.sent.wrapping_mul(960),
            marker: false,
            payload: payload.into(),
        };
        self.sent += 1;
        self.due += SOUND_EVERY;
        outgoing
    }
}

/// The mark in a payload of sound.
#[must_use]
pub fn sound_mark(payload: &[u8]) -> Option<Mark> {
    Mark::read(payload.get(1..)?)
}

/// Descriptor and mark in a payload of a picture.
#[must_use]
pub fn picture_mark(payload: &[u8]) -> Option<(Descriptor, Mark)> {
    let (descriptor, length) = Descriptor::read(payload)?;
    let mark = Mark::read(payload.get(length + FRAME_HEAD_LEN..)?)?;
    Some((descriptor, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Picture = Picture { rid: Some("h"), size: (640, 360), rate: 100, payload: 1_000 };

    fn frame(camera: &mut Camera, origin: Instant) -> Vec<(Descriptor, Mark)> {
        let mut packets = Vec::new();
        camera.frame(origin, |packet| {
            assert_eq!(packet.payload.len(), 1_000);
            packets.push(picture_mark(&packet.payload).unwrap());
        });
        packets
    }

    #[test]
    fn the_rate_is_met_in_the_mean_and_key_frames_come_when_asked() {
        let origin = Instant::now();
        let mut camera = Camera::new(3, &[HALF], 30, origin);
        let first = frame(&mut camera, origin);
        assert!(first.iter().all(|(_, mark)| mark.key && mark.count == 10));
        let packets: usize = (0..300).map(|_| frame(&mut camera, origin).len()).sum();
        assert!((995..=1_001).contains(&packets), "{packets}");
        camera.request_key(Some("q"));
        assert!(frame(&mut camera, origin).iter().all(|(_, mark)| !mark.key));
        camera.request_key(Some("h"));
        assert!(frame(&mut camera, origin).iter().all(|(_, mark)| mark.key));
    }

    #[test]
    fn layers_that_nobody_watches_are_not_sent_and_come_back_with_a_key_frame() {
        let origin = Instant::now();
        let mut camera = Camera::new(3, &[HALF], 30, origin);
        frame(&mut camera, origin);
        camera.watched(&["q".to_owned()]);
        assert!(frame(&mut camera, origin).is_empty());
        camera.watched(&["h".to_owned(), "f".to_owned()]);
        assert!(frame(&mut camera, origin).iter().all(|(_, mark)| mark.key));
    }

    #[test]
    fn sound_is_marked_and_comes_fifty_times_a_second() {
        let origin = Instant::now();
        let mut microphone = Microphone::new(5, origin + Duration::from_millis(40));
        microphone.packet(origin);
        let second = microphone.packet(origin);
        let mark = sound_mark(&second.payload).unwrap();
        assert_eq!((mark.publisher, mark.frame), (5, 1));
        assert_eq!(mark.sent, Duration::from_millis(60));
        assert_eq!((second.timestamp, second.seq), (960, 2));
    }
}
