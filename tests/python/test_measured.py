"""What is measured of decoded media shows stillness and silence too."""

import av
import pytest
from measured import APART, Seen, energy_of


def picture(brightness, size=(320, 180)):
    frame = av.VideoFrame(*size, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([brightness]) * plane.buffer_size)
    return frame


def sound(amplitude):
    frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
    frame.sample_rate = 48_000
    frame.planes[0].update((amplitude.to_bytes(2, "little", signed=True) * 1_920).ljust(frame.planes[0].buffer_size, b"\0"))
    return frame


def test_a_picture_that_changes_moves_and_one_that_does_not_is_still():
    seen = Seen()
    for number, brightness in enumerate([100, 100, 103]):
        seen.takes(picture(brightness), number * APART)
        assert seen.change == (3 if brightness == 103 else 0)
    assert (seen.frames, seen.brightness) == (3, 103)


def test_a_picture_that_changes_its_colour_alone_moves():
    seen, pale = Seen(), picture(100)
    seen.takes(pale, 0)
    red = picture(100)
    red.planes[2].update(bytes([190]) * red.planes[2].buffer_size)
    seen.takes(red, APART)
    assert (seen.change, seen.brightness) == (30, 100)


def test_a_picture_of_another_size_is_compared_with_the_one_before():
    seen = Seen()
    seen.takes(picture(50, (320, 180)), 0)
    seen.takes(picture(50, (1_280, 720)), APART)
    assert seen.change == 0


def test_frames_that_come_together_are_counted_and_not_compared():
    seen = Seen()
    seen.takes(picture(50), 0)
    seen.takes(picture(90), APART / 2)
    assert (seen.frames, seen.change) == (2, 0)


def test_silence_has_no_energy_and_half_the_amplitude_a_quarter_of_it():
    assert energy_of(sound(0)) == 0
    assert energy_of(sound(0x4000)) == pytest.approx(0.25 * 0.02)
