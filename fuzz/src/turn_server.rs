//! Target: a TURN server in a small world that bytes command.
//!
//! | module | what |
//! |---|---|
//! | `world` | the server, clients, peers, calls and time |
//! | `books` | what the shell keeps, and its objections |
//! | `registry` | live calls, quotas, relayed addresses |
//! | `requests` | clients that make requests, right ones and wrong ones |

mod books;
mod registry;
mod requests;
mod world;

use std::time::Duration;

use world::World;

/// Commands of one story at most; a longer one finds nothing that a shorter one does not.
const COMMANDS: usize = 64;

/// The bytes of a story, taken from the front; zeros when there are no more.
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn one(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    pub(crate) fn index(&mut self, of: usize) -> usize {
        usize::from(self.one()) % of.max(1)
    }

    pub(crate) fn many(&mut self) -> &'a [u8] {
        let length = usize::from(self.one()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

/// Each byte a command or what a command asks for.
///
/// # Panics
/// When the server does what it must not: see `books`.
pub fn turn_server(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut world = World::new(bytes.one());
    for _ in 0..COMMANDS {
        if bytes.0.is_empty() {
            break;
        }
        command(&mut world, &mut bytes);
        world.settle();
    }
    world.end();
}

fn command(world: &mut World, bytes: &mut Bytes<'_>) {
    match bytes.one() % 16 {
        0 => {
            let tuple = world.tuple(bytes);
            let packet = bytes.many();
            world.client(tuple, packet);
        }
        1..=7 => {
            let tuple = world.tuple(bytes);
            if let Some(packet) = requests::request(world, tuple, bytes) {
                world.client(tuple, &packet);
            }
        }
        8 | 9 => {
            let tuple = world.tuple(bytes);
            let packet = requests::channel_data(bytes);
            world.client(tuple, &packet);
        }
        10 | 11 => {
            let peer = world.peer(bytes);
            let length = usize::from(bytes.one()) * 8;
            world.peer_sends(bytes, peer, length);
        }
        12 => {
            let to = world.peer(bytes);
            let from = world.peer(bytes);
            world.handed_over(to, from, usize::from(bytes.one()));
        }
        13 => world.pass(Duration::from_millis(u64::from(bytes.one()) * 41)),
        14 => world.pass(Duration::from_secs(u64::from(bytes.one()) * 5)),
        _ => match bytes.one() % 4 {
            0 => {
                let tuple = world.tuple(bytes);
                world.client_gone(tuple);
            }
            1 => world.hang_up(bytes),
            2 => world.call_again(bytes),
            _ => world.release(bytes),
        },
    }
}
