"""What is measured of decoded media: whether a picture moves, and the energy of a sound."""

import array

# A picture is looked at in so many points of its brightness, and of each of its colours.
COLUMNS, ROWS = 64, 36
# Two looks are at least so many seconds apart: shorter misses slow motion.
APART = 0.4


class Seen:
    """The pictures of one person."""

    def __init__(self):
        self.frames, self.change, self.brightness = 0, 0.0, 0.0
        self._looked, self._points = None, b""

    def takes(self, frame, now):
        """A decoded frame; `now` in seconds."""
        self.frames += 1
        if self._looked is not None and now < self._looked + APART:
            return
        points = points_of(frame)
        if self._looked is not None:
            self.change = sum(abs(one - other) for one, other in zip(points, self._points)) / len(points)
        self.brightness = sum(points[: COLUMNS * ROWS]) / (COLUMNS * ROWS)
        self._looked, self._points = now, points


def points_of(frame):
    """The values, 0 to 255, of points that are spread over a picture of any size: brightness, then colours."""
    return b"".join(map(spread, frame.planes))


def spread(plane):
    values, across = bytes(plane), plane.line_size
    columns = [(2 * column + 1) * plane.width // (2 * COLUMNS) for column in range(COLUMNS)]
    rows = [(2 * row + 1) * plane.height // (2 * ROWS) for row in range(ROWS)]
    return bytes(values[row * across + column] for row in rows for column in columns)


def energy_of(frame):
    """What a frame of 16 bit samples adds to `totalAudioEnergy` (W3C webrtc-stats, inbound-rtp)."""
    samples = array.array("h", bytes(frame.planes[0])[: frame.samples * len(frame.layout.channels) * 2])
    mean = sum(one * one for one in samples) / max(len(samples), 1)
    return mean / 32_768**2 * frame.samples / frame.sample_rate
