"""A device of somebody: a python-socketio client that remembers what it hears."""

import threading

import engineio.payload
import socketio

# The library takes 16 packets of one poll and drops the connection at more; a browser's burst of
# candidates may be more.
engineio.payload.Payload.max_decode_packets = 256

# Within this many seconds a server answers.
SOON = 10


class Device:
    """A socket that remembers what it hears."""

    def __init__(self, person, name, transports):
        self.heard = []
        self.news = threading.Condition()
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", self._hear)
        auth = {"token": person.token} | ({"deviceId": name} if name else {})
        self.client.connect(person.url, auth=auth, transports=transports, wait_timeout=SOON)

    def _hear(self, name, data=None):
        with self.news:
            self.heard.append((name, data))
            self.news.notify_all()

    def all(self, name):
        return [data for event, data in self.heard if event == name]

    def until(self, name, count=1):
        with self.news:
            done = self.news.wait_for(lambda: len(self.all(name)) >= count, SOON)
        assert done, f"{name} not heard; heard {[event for event, _ in self.heard]}"
        return self.all(name)[-1]

    def does(self, name, payload):
        ack = self.client.call(name, payload, timeout=SOON)
        assert ack["ok"] is True, f"{name}: {ack}"
        return ack

    def close(self):
        self.client.disconnect()
