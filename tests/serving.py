"""Real servers and real clients, for tests of the whole."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import socketio
import websocket

ROOT = Path(__file__).resolve().parent.parent


def free_port():
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def command(*arguments, app="fakes_server:app"):
    return [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), *arguments, app]


def environment(**settings):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return os.environ | {"PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"} | settings


@contextmanager
def serve(app="fakes_server:app", output=subprocess.DEVNULL, before=None, ready="/readyz", **settings):
    """A running server's (process, address); `before` is called in its process at the start, `ready` is asked."""
    port = free_port()
    process = subprocess.Popen(
        command("--bind", f"127.0.0.1:{port}", app=app),
        cwd=ROOT / "tests",
        env=environment(**settings),
        stdout=output,
        stderr=output,
        preexec_fn=before,
    )
    try:
        until(lambda: get(f"http://127.0.0.1:{port}{ready}") == 200)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def connect(url, transport="websocket", path="socket.io", **options):
    """A connected client; `options` are those of socketio.Client."""
    client = socketio.Client(**{"reconnection": False} | options)
    client.connect(url, transports=[transport], socketio_path=path, wait_timeout=20)
    web_socket = client.eio.ws
    try:
        yield client
    finally:
        client.disconnect()
        if web_socket:
            web_socket.shutdown()  # the library leaves it open where the server hung up


def open_web_socket(url):
    """A WebSocket that Engine.IO has opened and that is not yet a client: raw, so that it can misbehave."""
    web_socket = websocket.create_connection(
        f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", timeout=60
    )
    assert web_socket.recv().startswith("0")
    return web_socket


def join(url):
    """A WebSocket that is a client of the live service, raw as above."""
    web_socket = open_web_socket(url)
    web_socket.send("40")
    while (said := web_socket.recv()) == "2":  # a ping may come first on a busy machine
        web_socket.send("3")
    assert said.startswith("40")
    return web_socket


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status
    except OSError:
        return None


def worker_of(process):
    """The process id of a server's one worker."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())


def threads_of(pid):
    """How many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def metric(url, name):
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(name + " "))


def begun(url):
    """How many frames a server of tests/fakes_server.py has begun to analyse."""
    with urllib.request.urlopen(f"{url}/begun", timeout=20) as reply:
        return int(reply.read())


def post(url):
    """Posts nothing to an address."""
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=20).close()


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
