"""Servers for all tests, each on a free port with an empty data folder, and what several files need of them."""

import asyncio
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import uuid

import pytest
import requests
from meeting import Meeting
from participant import MEDIA

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("AETHEX_TEST_SERVER", str(ROOT / "target/debug/aethex-connect"))
PASSWORD = "correct horse battery staple 7"


class Person:
    """Somebody with an account."""

    def __init__(self, url, session):
        self.url = url
        self.id = session["user"]["id"]
        self.token = session["accessToken"]

    def rest(self, method, path, json=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, self.url + path, json=json, headers=headers, timeout=30)

    def does(self, method, path, json=None):
        answer = self.rest(method, path, json)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


class Server:
    """A running server."""

    def __init__(self, folder, **settings):
        names = {"DATA_DIR": folder, "LIMITS": "load", "SFU": "off"} | settings
        environment = {f"AETHEX_{name}": value for name, value in names.items()}
        environment |= {
            "PATH": os.environ["PATH"],
            "RUST_BACKTRACE": "1",
        }
        if settings.get("TURN_EMBEDDED") != "on":
            environment |= {
                "TURN_SERVER_HOST": "turn.test",
                "TURN_SECRET": "a-turn-secret-of-this-test-only-0123",
            }
        self.environment = environment
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.log = []
        self.url = self._address()
        threading.Thread(target=self._drain, daemon=True).start()
        while not self._healthy():
            assert self.process.poll() is None, "".join(self.log)

    def _address(self):
        for line in self.process.stdout:
            self.log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                return found.group()
        raise AssertionError("no address printed:\n" + "".join(self.log))

    def _drain(self):
        for line in self.process.stdout:
            self.log.append(line)
            del self.log[:-2_000]

    def _healthy(self):
        try:
            return requests.get(self.url + "/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def command(self, *words):
        run = subprocess.run([BINARY, *words], env=self.environment, capture_output=True, text=True, check=True)
        return run.stdout.strip()

    def register(self, name):
        body = {"email": f"{name.lower()}.{uuid.uuid4()}@example.com", "password": PASSWORD, "name": name}
        answer = requests.post(self.url + "/api/auth/register", json=body, timeout=30)
        assert answer.status_code == 201, answer.text
        return Person(self.url, answer.json())

    def couple(self):
        ann, bob = self.register("Ann"), self.register("Bob")
        made = ann.does("POST", "/api/conversations", {"kind": "direct", "memberIds": [bob.id]})
        return ann, bob, made["conversation"]["id"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)
        assert "panicked at" not in "".join(self.log), "".join(self.log[-200:])


@pytest.fixture(scope="session")
def server():
    with tempfile.TemporaryDirectory(prefix="aethex-python-") as folder:
        running = Server(folder)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def forwarding():
    """A server through which the media of larger calls goes."""
    with tempfile.TemporaryDirectory(prefix="aethex-python-") as folder:
        running = Server(folder, SFU="auto", SFU_LISTEN="127.0.0.1:0", SFU_SHARDS="1")
        yield running
        running.stop()


@pytest.fixture(scope="session")
def attacked():
    """A server with media and a relay of its own, for those who mean no good."""
    with tempfile.TemporaryDirectory(prefix="aethex-python-") as folder:
        media = {"SFU": "only", "SFU_LISTEN": "127.0.0.1:0", "SFU_SHARDS": "1"}
        relay = {"TURN_EMBEDDED": "on", "TURN_LISTEN": "127.0.0.1:0", "TURN_SHARDS": "1"}
        running = Server(folder, **media, **relay)
        yield running
        running.stop()


@pytest.fixture(scope="module")
def run():
    """Runs a coroutine on a loop of its own, from any thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(MEDIA)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def meeting(attacked, run):
    """A live call of three; each file has one of its own."""
    meeting = Meeting(attacked, run)
    yield meeting
    meeting.close()


def pytest_report_header():
    return f"server: {BINARY} on {sys.platform}"
