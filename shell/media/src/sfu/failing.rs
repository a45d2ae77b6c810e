//! Tests: a connection that fails leaves the others alone.

#[expect(dead_code, reason = "shared with the tests over the public interface")]
#[path = "../../tests/sfu/client.rs"]
mod client;
#[expect(dead_code, reason = "shared with the tests over the public interface")]
#[path = "../../tests/sfu/leg.rs"]
mod leg;
#[expect(dead_code, reason = "shared with the tests over the public interface")]
#[path = "../../tests/sfu/link.rs"]
mod link;
#[expect(dead_code, reason = "shared with the tests over the public interface")]
#[path = "../../tests/sfu/world.rs"]
mod world;

use ::sfu::MediaPeer;

use crate::sfu as media_sfu;
use world::World;

#[test]
fn a_connection_that_fails_is_closed_alone_and_its_participant_can_come_back() {
    for which in [MediaPeer::Publisher, MediaPeer::Subscriber] {
        let mut world = World::start();
        world.join(3);
        world.clients.iter_mut().for_each(|client| client.sending = true);
        world.until("everybody sees", |world| {
            world.clients.iter().all(|client| client.received(false) > 5)
        });
        world.sfu.fail(world.call, world.clients[0].user, which);
        world.until("lost", |world| world.clients[0].lost == 1);
        let counters = world.sfu.counters();
        assert_eq!(counters.sum(|shard| shard.peer_panics), 1);
        assert_eq!(counters.sum(|shard| shard.room_failures), 0);
        let before: Vec<_> = world.clients.iter().map(|client| client.received(false)).collect();
        world.until("the others go on", |world| {
            world
                .clients
                .iter()
                .zip(&before)
                .skip(1)
                .all(|(now, before)| now.received(false) > before + 10)
        });
        assert!(world.clients[1..].iter().all(|client| client.lost == 0));
        world.clients[0].reload();
        world.until("back", |world| world.clients[0].ready == 2);
    }
}
