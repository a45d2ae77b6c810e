//! What relaying and allocations cost: heap allocations per packet, bytes per allocation.

use std::net::SocketAddr;

use allocation_counter::measure;
use turn::server::{Family, Settings, Step};

use super::client::{Client, channel_data};
use super::world::{World, settings};

const PACKETS: u64 = 10_000;

fn limited() -> World {
    World::with(Settings { bandwidth: Some(1 << 40), ..settings() }, 1)
}

#[test]
fn ten_thousand_packets_each_way_allocate_nothing() {
    let mut world = limited();
    let mut client = world.client(1);
    let relayed = world.allocate(&mut client).relayed(Family::V4).unwrap();
    let [bound, unbound]: [SocketAddr; 2] =
        ["8.8.8.8:4000", "8.8.8.8:5000"].map(|text| text.parse().unwrap());
    client.bind(&mut world, 0x4000, bound);
    let relay = world.relays.iter().find(|(_, address)| **address == relayed).unwrap().0.1;
    let now = world.now;
    let payload = [0x55; 1_000];
    let channel = channel_data(0x4000, &payload);
    let send = client.send_packet(unbound, &payload);
    let server = &mut world.servers[0];
    let mut relayed = 0;
    let counted = measure(|| {
        for _ in 0..PACKETS {
            for packet in [&channel, &send] {
                let step = server.handle_client(now, client.tuple, packet);
                relayed += u64::from(matches!(step, Step::ToPeer { .. }));
            }
            for peer in [bound, unbound] {
                let step = server.handle_peer(now, relay, peer, &payload);
                relayed += u64::from(matches!(step, Step::ToClient { .. }));
            }
        }
    });
    assert_eq!(relayed, 4 * PACKETS);
    assert_eq!(counted.count_total, 0);
}

#[test]
fn packets_handed_over_or_dropped_allocate_nothing() {
    let mut world = limited();
    let mut ann = world.client(1);
    let ann_at = world.allocate(&mut ann).relayed(Family::V4).unwrap();
    let mut bob = world.client(2);
    let bob_at = world.allocate(&mut bob).relayed(Family::V4).unwrap();
    ann.bind(&mut world, 0x4000, bob_at);
    bob.bind(&mut world, 0x4000, ann_at);
    let now = world.now;
    let payload = [0x55; 200];
    let good = channel_data(0x4000, &payload);
    let unbound = channel_data(0x4001, &payload);
    let unpermitted = ann.send_packet("8.8.8.8:4000".parse().unwrap(), &payload);
    let server = &mut world.servers[0];
    let counted = measure(|| {
        for _ in 0..PACKETS {
            let step = server.handle_client(now, ann.tuple, &good);
            assert!(matches!(step, Step::ToClient { tuple, .. } if tuple == bob.tuple));
            for packet in [&unbound[..], &unpermitted, b"garbage"] {
                let step = server.handle_client(now, ann.tuple, packet);
                assert!(matches!(step, Step::Nothing));
            }
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn an_allocation_with_two_permissions_and_a_channel_takes_at_most_two_kilobytes() {
    const MOST: i64 = 2_000;
    for count in [1_000, 1_100] {
        let mut world = World::with_quotas(settings(), 1, 12, 10_000);
        let mut clients: Vec<Client> = (0..count).map(|number| world.client(number)).collect();
        // One source may ask ten times a second.
        for (client, number) in clients.iter_mut().zip(0_u32..) {
            let [_, _, a, b] = number.to_be_bytes();
            client.tuple.client.set_ip([9, 9, a, b].into());
        }
        // Tables of the test's shell grow before.
        world.relays.reserve(4_096);
        let counted = measure(|| {
            for client in &mut clients {
                // The test's own buffers are as long after as before.
                let nonce = std::mem::take(&mut client.nonce);
                assert!(world.allocate(client).is_success());
                let peers = ["8.8.8.8:4000", "8.8.4.4:4000"].map(|text| text.parse().unwrap());
                assert!(client.permit(&mut world, &peers).is_success());
                assert!(client.bind(&mut world, 0x4000, peers[0]).is_success());
                client.nonce = nonce;
            }
        });
        assert_eq!(world.live(), usize::from(count));
        let each = counted.bytes_current / i64::from(count);
        assert!(each <= MOST, "{each} bytes per allocation of {count}");
        assert!(each > 300, "an allocation is something: {each}");
    }
}

#[test]
fn strangers_leave_nothing_in_memory() {
    let mut world = World::new();
    let mut client = world.client(1);
    let counted = measure(|| {
        for number in 0..20_000_u32 {
            let [_, a, b, c] = number.to_be_bytes();
            client.tuple.client = ([9, a, b, c], 4_000).into();
            let packet = client.unsigned(turn::stun::Method::Allocate, |writer| {
                writer.requested_transport(17);
            });
            world.client_sends(&client, &packet);
        }
    });
    assert!(counted.count_total >= 20_000, "the test's own buffers are seen");
    assert!(counted.bytes_current < 1_000, "{} bytes", counted.bytes_current);
}
