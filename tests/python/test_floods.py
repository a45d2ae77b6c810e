"""Floods of what is no media against a server with a live call and a live relay: nobody in them notices."""

import pytest
from flood import Flood, lane, neighbours
from forged import check, client_hellos, framed, is_root, kinds
from meeting import ice_of
from relayed import Relayed

RATE = 5_000
SECONDS, FORGED_SECONDS = 4, 2
# A machine with better things to do may fall behind by a little.
SENT = 0.9

needs_root = pytest.mark.skipif(not is_root(), reason="datagrams from somebody else's address need root")


@pytest.fixture(scope="module")
def relayed(meeting, run):
    relayed = Relayed(meeting.everybody[0].person, run)
    yield relayed
    relayed.close()


def flooded(meeting, relayed, seconds, *lanes):
    """What became of each lane, while nobody noticed."""
    with meeting.undisturbed(), relayed.undisturbed():
        over = Flood(seconds, *lanes).over()
    for lane_, told in zip(lanes, over):
        print(f"{lane_['way']} to {lane_['to']}: {told}")
        assert told["sent"] >= SENT * lane_["rate"] * seconds
    return over


@pytest.mark.parametrize("kind", ["stun", "dtls", "rtp", "rtcp", "noise"])
def test_a_flood_of_strangers_is_not_noticed_and_gets_no_answer_from_the_media(meeting, relayed, kind):
    datagrams = kinds(meeting.real(), meeting.checks())[kind]
    media, relay = flooded(
        meeting, relayed, SECONDS,
        lane("udp", meeting.media_addresses()[0], datagrams, neighbours(50)),
        lane("udp", relayed.server, datagrams, neighbours(50, seed=2)),
    )
    assert media["answers"] == 0
    # The relay answers strangers as STUN wants it, and never with much more than they sent.
    assert relay["answered"] <= 2 * relay["bytes"]


@needs_root
@pytest.mark.parametrize("kind", ["stun", "dtls", "rtp", "rtcp", "noise"])
def test_a_flood_that_seems_to_come_from_the_participants_is_not_noticed(meeting, relayed, kind):
    datagrams = kinds(meeting.real(), meeting.checks())[kind]
    addresses = meeting.addresses()
    flooded(meeting, relayed, FORGED_SECONDS, lane("forged", meeting.media_addresses()[0], datagrams, addresses))


def test_client_hellos_from_everywhere_start_no_handshake(meeting, relayed):
    hellos = client_hellos()
    media, relay = flooded(
        meeting, relayed, SECONDS,
        lane("udp", meeting.media_addresses()[0], hellos, neighbours(500)),
        lane("udp", relayed.server, hellos, neighbours(100, seed=2)),
    )
    assert (media["answers"], relay["answers"]) == (0, 0)


def test_streams_of_strangers_are_closed_and_get_no_answer_from_the_media(meeting, relayed):
    some = [one for kind in kinds(meeting.real(), meeting.checks()).values() for one in kind[:400]]
    ice = ice_of(meeting.everybody[0].publisher)
    # It names a connection that exists, so that the stream is given to its shard.
    named = framed([check(ice.remote_username, ice.local_username, "a-guess-of-the-password")])
    after_a_check = [one for datagram in framed(some) for one in (named[0], datagram)]
    media, more_media, named_media, relay = flooded(
        meeting, relayed, SECONDS,
        lane("tcp", meeting.media_addresses()[1], some, neighbours(50), together=20, rate=1_500),
        lane("tcp", meeting.media_addresses()[1], framed(some), neighbours(50, seed=2), together=20, rate=1_500),
        lane("tcp", meeting.media_addresses()[1], after_a_check, neighbours(50, seed=3), together=20, rate=1_000),
        lane("tcp", relayed.server, some, neighbours(50, seed=4), together=20, rate=1_000),
    )
    assert [media["answers"], more_media["answers"], named_media["answers"]] == [0, 0, 0]
    assert relay["answered"] <= 2 * relay["bytes"]
