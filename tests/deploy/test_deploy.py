"""Two instances behind nginx, with Redis, as deploy/ has them: real processes, real clients."""

import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager

import pytest
import socketio
from serving import ROOT, free_port, get, metric, serve, until, worker_of

for program in ("nginx", "redis-server"):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed", allow_module_level=True)

CLIENTS = 16


@contextmanager
def running(*arguments):
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def deployed(folder):
    """The address of nginx, and (process, address) of the two instances behind it and of Redis."""
    store, door = free_port(), free_port()
    settings = {
        "FACEIT_PROXIES": "1",
        "FACEIT_LIMITER_STORAGE": f"redis://127.0.0.1:{store}",
        "FACEIT_PHOTOS_PER_MINUTE": "6",
    }
    with ExitStack() as stack:
        redis = stack.enter_context(
            running("redis-server", "--port", str(store), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1")
        )
        instances = [stack.enter_context(serve(**settings)) for _ in range(2)]
        text = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 80;", f"listen 127.0.0.1:{door};")
        for number, (_, url) in enumerate(instances, 1):
            text = text.replace(f"app{number}:8000", url.removeprefix("http://"))
        (folder / "nginx.conf").write_text(text)
        here = f"daemon off; pid {folder}/nginx.pid;"
        log = str(folder / "error.log")
        stack.enter_context(running("nginx", "-c", str(folder / "nginx.conf"), "-g", here, "-e", log))
        until(lambda: get(f"http://127.0.0.1:{door}/readyz") == 200)
        yield f"http://127.0.0.1:{door}", instances, redis


class Viewer:
    """A client that comes back by itself; `lost` counts how often it had to."""

    def __init__(self, url):
        self.lost = 0
        self.socket = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        self.socket.on("disconnect", self._count)
        self.socket.connect(url, transports=["websocket"], wait_timeout=20)

    def _count(self, *_reason):
        self.lost += 1

    def is_live(self, photo):
        try:
            return "faces" in self.socket.call("frame", (photo, {"seq": 1}), timeout=5)
        except socketio.exceptions.SocketIOError:
            return False


def test_both_instances_carry_load_and_one_that_dies_costs_its_clients_a_moment(photo, tmp_path):
    with deployed(tmp_path) as (url, instances, _):
        viewers = [Viewer(url) for _ in range(CLIENTS)]
        try:
            assert all(viewer.is_live(photo) for viewer in viewers)
            shares = [metric(address, "faceit_clients") for _, address in instances]
            assert sum(shares) == CLIENTS
            assert min(shares) > 0

            master, _ = instances[0]
            worker = worker_of(master)
            master.send_signal(signal.SIGSTOP)  # or it would start a new worker
            subprocess.run(["kill", "-9", str(worker), str(master.pid)], check=True)
            killed = time.monotonic()
            until(lambda: sum(viewer.lost for viewer in viewers) == shares[0], seconds=20)
            lost = [viewer for viewer in viewers if viewer.lost]
            until(lambda: all(viewer.is_live(photo) for viewer in lost), seconds=20)
            assert time.monotonic() - killed < 5
            assert all(viewer.lost <= 1 and viewer.is_live(photo) for viewer in viewers)
            assert metric(instances[1][1], "faceit_clients") == CLIENTS
        finally:
            for viewer in viewers:
                viewer.socket.shutdown()


def post(url, photo):
    """The status and the headers of a photo's reply."""
    request = urllib.request.Request(f"{url}/api/v1/analyse", data=photo)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def test_instances_count_photos_together_and_go_on_without_redis(photo, tmp_path):
    with deployed(tmp_path) as (url, instances, redis):
        replies = [post(url, photo) for _ in range(7)]
        assert [status for status, _ in replies] == [200] * 6 + [429]
        assert int(replies[-1][1]["Retry-After"]) > 0
        assert re.fullmatch(r"faceit_route=[0-9a-f]{32}; .*", replies[0][1]["Set-Cookie"])
        assert get(f"{url}/metrics") is None
        redis.kill()
        redis.wait()
        assert post(instances[0][1], photo)[0] == 200


def test_polling_clients_stay_with_their_instance(photo, tmp_path):
    with deployed(tmp_path) as (url, _, _):
        for _ in range(4):
            client = socketio.Client(reconnection=False)
            client.connect(url, transports=["polling"], wait_timeout=20)
            assert "faces" in client.call("frame", (photo, {"seq": 1}), timeout=20)
            client.disconnect()
