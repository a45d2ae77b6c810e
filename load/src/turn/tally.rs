//! Numbered packets, and the count of those that arrived: equal work, proven.

use anyhow::{Context as _, ensure};

/// Bytes at the beginning of a payload that tell which packet it is.
pub const MARK_LEN: usize = 16;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the client by its channel.
    ToPeer,
    /// From the peer to the relayed address.
    ToClient,
}

/// One packet's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The client's number.
    pub client: u32,
    /// Its way.
    pub way: Way,
    /// 0, 1, 2… of this client and way.
    pub sequence: u64,
}

impl Mark {
    /// Writes it at the beginning of a payload.
    pub fn write(self, payload: &mut [u8]) {
        let way = u32::from(self.way == Way::ToClient);
        payload[..4].copy_from_slice(&self.client.to_be_bytes());
        payload[4..8].copy_from_slice(&way.to_be_bytes());
        payload[8..MARK_LEN].copy_from_slice(&self.sequence.to_be_bytes());
    }

    /// Reads it from the beginning of a payload; `None` from something else.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let (client, rest) = payload.split_first_chunk::<4>()?;
        let (way, rest) = rest.split_first_chunk::<4>()?;
        let (sequence, _) = rest.split_first_chunk::<8>()?;
        let way = match u32::from_be_bytes(*way) {
            0 => Way::ToPeer,
            1 => Way::ToClient,
            _ => return None,
        };
        let client = u32::from_be_bytes(*client);
        Some(Self { client, way, sequence: u64::from_be_bytes(*sequence) })
    }
}

/// What was sent and what arrived, of one way, by client.
#[derive(Debug, Clone)]
pub struct Tally {
    way: Way,
    flows: Vec<Flow>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Flow {
    sent: u64,
    /// The sequence number that comes next when nothing is lost.
    expected: u64,
}

/// What arrived of one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arrived {
    /// Packets, each for the first time.
    pub count: u64,
    /// Those of them that an earlier one of their flow came after.
    pub disordered: u64,
}

impl Tally {
    /// For so many clients.
    #[must_use]
    pub fn new(way: Way, clients: usize) -> Self {
        Self { way, flows: vec![Flow::default(); clients] }
    }

    /// The mark of a client's next packet.
    ///
    /// # Errors
    /// When there is no such client.
    pub fn next(&mut self, client: usize) -> anyhow::Result<Mark> {
        let flow = self.flows.get_mut(client).context("a client that is there")?;
        let sequence = flow.sent;
        flow.sent += 1;
        Ok(Mark { client: u32::try_from(client)?, way: self.way, sequence })
    }

    /// Counts a payload that arrived where packets of `client` should, or of whatever client.
    ///
    /// # Errors
    /// When it should not have come here, or was never sent.
    pub fn arrived(
        &mut self,
        payload: &[u8],
        client: Option<usize>,
        window: &mut Arrived,
    ) -> anyhow::Result<usize> {
        let mark = Mark::read(payload).context("a payload that nobody sent")?;
        let number = usize::try_from(mark.client)?;
        ensure!(mark.way == self.way, "a packet came back");
        ensure!(client.is_none_or(|client| client == number), "a packet reached another client");
        let flow = self.flows.get_mut(number).context("a payload that nobody sent")?;
        ensure!(mark.sequence < flow.sent, "a packet came before it was sent");
        window.count += 1;
        if mark.sequence < flow.expected {
            window.disordered += 1;
        }
        flow.expected = flow.expected.max(mark.sequence + 1);
        Ok(number)
    }

    /// Forgets what was lost: a new window begins.
    pub fn begin_window(&mut self) {
        for flow in &mut self.flows {
            flow.expected = flow.sent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_counted_with_the_order_they_came_in() {
        let mut tally = Tally::new(Way::ToPeer, 2);
        let mut window = Arrived::default();
        let mut payloads = Vec::new();
        for _ in 0..3 {
            let mut payload = [0; 20];
            tally.next(1).unwrap().write(&mut payload);
            payloads.push(payload);
        }
        for index in [0, 2, 1] {
            assert_eq!(tally.arrived(&payloads[index], Some(1), &mut window).unwrap(), 1);
        }
        assert_eq!(window, Arrived { count: 3, disordered: 1 });
    }

    #[test]
    fn a_packet_that_went_astray_or_was_never_sent_is_an_error() {
        let mut tally = Tally::new(Way::ToClient, 2);
        let mut window = Arrived::default();
        let mut payload = [0; 20];
        tally.next(0).unwrap().write(&mut payload);
        assert!(tally.arrived(&payload, Some(1), &mut window).is_err());
        let mut other_way = Tally::new(Way::ToPeer, 2);
        other_way.next(0).unwrap();
        assert!(other_way.arrived(&payload, None, &mut window).is_err());
        Mark { client: 0, way: Way::ToClient, sequence: 1 }.write(&mut payload);
        assert!(tally.arrived(&payload, Some(0), &mut window).is_err());
        assert!(tally.arrived(&payload[..9], Some(0), &mut window).is_err());
        assert_eq!(window.count, 0);
    }
}
