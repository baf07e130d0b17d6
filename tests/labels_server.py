"""`flask label` in a process of its own, and raters who speak to it over HTTP."""

import re
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]


class Server:
    """`flask label FOLDER` with these arguments, on a port that stays the same when it is started again."""

    def __init__(self, folder, port, *arguments):
        self._command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "label", str(folder), "--port", str(port)]
        self._command += arguments
        self.address = f"http://127.0.0.1:{port}"
        self.process = None
        self.join_token = self.operator_token = None

    def start(self):
        """Returns when it serves."""
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.process.stdout:
            if found := re.search(r"/(join|operator)/(\w+)", line):
                setattr(self, f"{found[1]}_token", found[2])
            if "Ctrl-C" in line:
                return
        raise AssertionError("the labelling site did not start")

    def kill(self):
        """Ends it as a power cut would: SIGKILL."""
        self.process.kill()
        self.process.wait(60)
        self.process.stdout.close()


@contextmanager
def serve(folder, port, *arguments):
    """A running Server."""
    server = Server(folder, port, *arguments)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Rater:
    """Someone who rates over HTTP and sends what was not acknowledged again, as the page does."""

    def __init__(self, server, name):
        self._server = server
        self._web = requests.Session()
        self._ask("POST", "/api/raters", {"join": server.join_token, "name": name})
        self.acknowledged = {}

    def next(self):
        """The faces before the rater, as the API replies."""
        return self._ask("GET", "/api/next")

    def vote(self, face, answer):
        """Votes once, however often it takes to get through; returns the reply."""
        reply = self._ask("POST", "/api/votes", {"key": uuid.uuid4().hex, "face": face, "answer": answer})
        self.acknowledged[face] = answer
        return reply

    def picture(self, path):
        """A picture's bytes."""
        return self._web.get(self._server.address + path, timeout=60).content

    def rate_all(self, answer, until=None):
        """Answers all faces by `answer`, a function of (rater, face); stops early where `until` is true."""
        ahead = self.next()
        while ahead["faces"] or ahead["looking"]:
            if until and until():
                return
            if not ahead["faces"]:
                time.sleep(0.05)
                ahead = self.next()
                continue
            face = ahead["faces"][0]
            ahead = self.vote(face["face"], answer(self, face))

    def _ask(self, method, path, content=None):
        deadline = time.monotonic() + 120
        while True:
            try:
                reply = self._web.request(method, self._server.address + path, json=content, timeout=60)
                if reply.status_code < 500 and reply.status_code != 429:
                    assert reply.status_code == 200, reply.text
                    return reply.json()
            except requests.ConnectionError:
                pass
            assert time.monotonic() < deadline, "the site did not come back"
            time.sleep(0.05)
