"""A participant with aiortc whom a browser test tells what to do.

Commands come as lines of JSON, `{"do": "enter", ...}`, and each is answered by a line when it is done. What goes
wrong is told on standard error, and ends the program; so does the end of the commands.

| `do` | with | answer |
|---|---|---|
| `enter` | `url`, `id`, `token` of an account | |
| `join` | | answers whatever rings, and connects with the server's media |
| `show` | `userIds` | from now on their pictures are asked for |
| `look` | | `people`: what was decoded of each so far, see `measured.py` |
"""

import asyncio
import json
import sys
import threading
import time
from collections import defaultdict, namedtuple

import av
from measured import Seen, energy_of
from participant import MEDIA, Participant, Tone

Person = namedtuple("Person", "url id token")


class Guest(Participant):
    """Decodes everything, and knows of whom it is."""

    WATCHED = ("audio", "video")

    def __init__(self, person, run):
        super().__init__(person, run, Tone)
        self.seen, self.energy = defaultdict(Seen), defaultdict(float)

    def takes(self, mid, frame):
        user = self.user_of(mid)
        if user is None:
            return
        with self.arrived:
            if isinstance(frame, av.AudioFrame):
                self.energy[user] += energy_of(frame)
            else:
                self.seen[user].takes(frame, time.monotonic())

    def user_of(self, mid):
        told = self.device.all("call:slots")
        slots = told[-1]["slots"] if told else []
        return next((slot["userId"] for slot in slots if slot["mid"] == mid), None)

    def join(self):
        ring = self.device.until("call:incoming")
        self.device.does("call:accept", {"callId": ring["callId"]})
        self.negotiate(ring["callId"])
        return {}

    def show(self, user_ids):
        self.told("call:topology-changed", lambda event: event["topology"] == "sfu")
        self.wants(*(Person(None, user_id, None) for user_id in user_ids))
        return {}

    def look(self):
        with self.arrived:
            people = {user: self.of(user) for user in {*self.seen, *self.energy}}
        return {"people": people}

    def of(self, user):
        seen, energy = self.seen[user], self.energy[user]
        return {"frames": seen.frames, "change": seen.change, "brightness": seen.brightness, "energy": energy}


def main():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    guest = None
    for line in sys.stdin:
        command = json.loads(line)
        match command.pop("do"):
            case "enter":
                guest = Guest(Person(**command), lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(MEDIA))
                answer = {}
            case "join":
                answer = guest.join()
            case "show":
                answer = guest.show(command["userIds"])
            case "look":
                answer = guest.look()
            case unknown:
                raise ValueError(f"{unknown} is no command")
        print(json.dumps(answer), flush=True)
    if guest is not None:
        guest.device.close()


if __name__ == "__main__":
    main()
