"""What goes wrong around a server that others use: it happens to the real one, and the others are served."""

import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress

import pytest
import socketio
from serving import begun, connect, get, join, metric, post, serve, threads_of, until, worker_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")

PATIENCE_S = 5
"""How long the shared server waits for bytes, between pings and for their answers: a test must not take a minute."""

MOST_THREADS = 230
"""gunicorn's 104, as many for frames, and a few: both keep those that they have started."""


class Viewer:
    """A live page that goes on sending frames; `answers` counts them, `wrong` holds what was no analysis."""

    def __init__(self, url, photo):
        self.answers, self.wrong = 0, []
        self._url, self._photo = url, photo
        self._goes_on = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._goes_on.set()
        self._thread.start()
        until(lambda: self.answers)
        return self

    def __exit__(self, *_error):
        self._goes_on.clear()
        self._thread.join()

    def _watch(self):
        with connect(self._url) as client:
            while self._goes_on.is_set():
                reply = client.call("frame", (self._photo, {"seq": self.answers}), timeout=30)
                if "faces" not in reply:
                    self.wrong.append(reply)
                self.answers += 1
                time.sleep(0.1)

    def is_served(self):
        """Whether ten more frames are answered from now on."""
        enough = self.answers + 10
        until(lambda: self.answers > enough or not self._thread.is_alive())
        return self._thread.is_alive() and not self.wrong


def tcp(url):
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=60)


def says_nothing(url, _photo):
    return tcp(url)


def sends_half_a_head(url, _photo):
    connection = tcp(url)
    connection.sendall(b"POST /api/v1/analyse HTTP/1.1\r\nHost: exa")
    return connection


def sends_half_a_photo(url, photo):
    connection = tcp(url)
    head = f"POST /api/v1/analyse HTTP/1.1\r\nHost: example.org\r\nContent-Length: {len(photo)}\r\n\r\n"
    connection.sendall(head.encode() + photo[: len(photo) // 2])
    return connection


def sends_half_a_frame(url, _photo):
    connection = join(url).sock
    connection.sendall(b"\x82\xfe\x40\x00" + b"mask" + bytes(1000))  # 16,384 bytes are said to come
    return connection


def vanishes(url, photo):
    web_socket = join(url)
    web_socket.send('451-1["frame",{"_placeholder":true,"num":0},{"seq":1}]')
    web_socket.send_binary(photo)
    return web_socket.sock  # open, and nobody is there: no pong, no goodbye


def talks_and_reads_nothing(url, _photo):
    web_socket = join(url)
    message = '421["frame",' + "[1]," * 5000 + "1]"  # takes longer to hear than to read

    def talk():
        with suppress(OSError):
            while True:
                web_socket.send(message)

    threading.Thread(target=talk, daemon=True).start()
    return web_socket.sock


def is_over(connection):
    """Reads what the server still had to say, to the end that it made."""
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    connection.close()
    return True


TROUBLE = [says_nothing, sends_half_a_head, sends_half_a_photo, sends_half_a_frame, vanishes, talks_and_reads_nothing]


@pytest.fixture(scope="module")
def server():
    """A server that the tests share: (process, address)."""
    with serve(FACEIT_STALLED_S=str(PATIENCE_S), FAKE_PING_S=str(PATIENCE_S)) as process_and_url:
        yield process_and_url


def test_whoever_stalls_is_ended_the_others_are_served_and_all_comes_back(server, photo):
    process, url = server
    worker = worker_of(process)
    with Viewer(url, photo) as viewer:
        files, memory = metric(url, "process_open_fds"), metric(url, "process_resident_memory_bytes")
        connections = [make(url, photo) for make in TROUBLE for _ in range(3)]
        assert viewer.is_served()
        assert all(is_over(connection) for connection in connections)
        until(lambda: metric(url, "faceit_clients") == 1)
        until(lambda: metric(url, "process_open_fds") <= files + 2)
        until(lambda: threads_of(worker) < MOST_THREADS)
        assert metric(url, "process_resident_memory_bytes") < memory + 50e6  # what was said is not kept to be heard
        assert viewer.is_served()


def test_five_hundred_connections_in_a_second_are_told_and_leave_nothing_behind(server, photo):
    process, url = server
    worker = worker_of(process)
    hello = (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    ).encode()
    may_i_join = b"\x81\x82\x00\x00\x00\x0040"

    def flood(number):
        crowd = [tcp(url) for _ in range(number)]
        for connection in crowd:
            connection.sendall(hello)
        waiting = set(crowd)
        while waiting:
            answered = select.select(waiting, [], [], 60)[0]
            assert answered, f"{len(waiting)} of {number} got no answer"
            for connection in answered:
                connection.sendall(may_i_join)
            waiting -= set(answered)
        assert viewer.is_served()
        for connection in crowd:
            connection.close()
        until(lambda: metric(url, "faceit_clients") == 1)
        until(lambda: metric(url, "process_open_fds") <= files + 2)
        until(lambda: threads_of(worker) < MOST_THREADS)  # each connection had some more

    with Viewer(url, photo) as viewer:
        files = metric(url, "process_open_fds")
        flood(150)
        memory, refused = metric(url, "process_resident_memory_bytes"), metric(url, "faceit_clients_refused_total")
        flood(500)
        # An address has 32 places; those who answer no ping leave them to the next of the crowd.
        assert metric(url, "faceit_clients_refused_total") > refused + 300
        assert metric(url, "process_resident_memory_bytes") < memory + 30e6
        assert viewer.is_served()


def test_a_clock_that_jumps_ends_nobody_and_keeps_nobody(server, photo):
    _, url = server
    with Viewer(url, photo) as viewer:
        for seconds in (-86_400, 86_400):
            gone = vanishes(url, photo)
            post(f"{url}/jump/{seconds}")
            assert viewer.is_served()
            assert is_over(gone)
            until(lambda: metric(url, "faceit_clients") == 1)
        assert viewer.is_served()


def test_a_worker_killed_in_the_middle_of_a_frame_is_replaced_and_its_client_is_live_again(photo):
    patient = {"reconnection": True, "reconnection_delay": 0.2, "reconnection_delay_max": 0.5}
    with serve(FAKE_FRAME_S="1") as (process, url), connect(url, **patient) as client:
        first = worker_of(process)
        client.emit("frame", (photo, {"seq": 1}))
        until(lambda: begun(url) == 1)
        subprocess.run(["kill", "-9", str(first)], check=True)

        def is_live():
            try:
                return client.call("frame", (photo, {"seq": 2}), timeout=5)["seq"] == 2
            except socketio.exceptions.SocketIOError:
                return False

        until(is_live, seconds=120)
        assert worker_of(process) != first


def test_a_full_disk_costs_the_log_and_nothing_else(photo, tmp_path):
    def no_byte_more():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    log = tmp_path / "log"
    with open(log, "wb") as output, serve("wsgi:app", output, no_byte_more) as (process, url):
        with Viewer(url, photo) as viewer:
            with urllib.request.urlopen(f"{url}/api/v1/analyse", data=photo, timeout=60) as reply:
                assert b'"faces"' in reply.read()
            assert [get(f"{url}/{page}") for page in ("", "photo", "models", "privacy")] == [200] * 4
            assert viewer.is_served()
        subprocess.run(["kill", "-9", str(worker_of(process))], check=True)
        until(lambda: get(f"{url}/readyz") == 200, seconds=120)
    assert log.stat().st_size == 0
