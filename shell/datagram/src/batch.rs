//! Datagrams that wait to be sent.

use std::net::SocketAddr;

/// Datagrams with their destinations, in one piece of memory that is used again and again.
///
/// Grows to the largest batch ever pushed and keeps that; whoever pushes bounds it by sending
/// and clearing when [`Batch::bytes`] is large. Datagrams are numbered in the order pushed.
#[derive(Debug, Default)]
pub struct Batch {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    destination: SocketAddr,
    start: usize,
    length: usize,
}

impl Batch {
    /// Nothing waits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Copies a datagram, which is these parts one after the other; its number.
    pub fn push(&mut self, destination: SocketAddr, parts: &[&[u8]]) -> usize {
        let start = self.bytes.len();
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.entries.push(Entry { destination, start, length: self.bytes.len() - start });
        self.entries.len() - 1
    }

    /// How many datagrams wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of all payloads together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The numbers of all datagrams with those to one destination together, in the order pushed:
    /// so they leave as runs.
    pub fn grouped(&self, numbers: &mut Vec<usize>) {
        numbers.clear();
        numbers.extend(0..self.entries.len());
        // Sorting is stable: the order to one destination is kept.
        numbers.sort_by_key(|number| self.entries[*number].destination);
    }

    /// Forgets them all and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.bytes.clear();
    }

    /// A datagram by its number.
    pub(crate) fn get(&self, number: usize) -> (SocketAddr, &[u8]) {
        let Entry { destination, start, length } = self.entries[number];
        (destination, &self.bytes[start..start + length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_to_one_destination_come_together_in_their_order() {
        let to = |port| SocketAddr::from(([192, 0, 2, 1], port));
        let mut batch = Batch::new();
        for (port, text) in [(3, "a"), (1, "b"), (3, "c"), (2, "d"), (1, "e"), (3, "f")] {
            batch.push(to(port), &[text.as_bytes()]);
        }
        let mut numbers = vec![77];
        batch.grouped(&mut numbers);
        let texts: Vec<_> = numbers.iter().map(|number| batch.get(*number).1).collect();
        assert_eq!(texts, [b"b", b"e", b"d", b"a", b"c", b"f"]);
    }
}
