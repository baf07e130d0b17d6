"""Two instances behind nginx, with Redis, by the files of deploy/: real processes, real clients."""

import contextlib
import http.cookiejar
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from argparse import Namespace

import cost
import pytest
import requests
import socketio
from instances import deploy
from serving import free_port, get, metric, until, worker_of

from benchmarks.load import pack

for program in ("nginx", "redis-server"):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed", allow_module_level=True)

CLIENTS = 16


class Viewer:
    """A client that reconnects by itself; `lost` counts its reconnections."""

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
    with deploy(tmp_path) as site:
        viewers = [Viewer(site.url) for _ in range(CLIENTS)]
        try:
            assert all(viewer.is_live(photo) for viewer in viewers)
            shares = [metric(address, "faceit_clients") for _, address in site.instances]
            assert sum(shares) == CLIENTS
            assert min(shares) > 0

            master, _ = site.instances[0]
            worker = worker_of(master)
            master.send_signal(signal.SIGSTOP)  # otherwise it would start a new worker
            subprocess.run(["kill", "-9", str(worker), str(master.pid)], check=True)
            killed = time.monotonic()
            until(lambda: sum(viewer.lost for viewer in viewers) == shares[0], seconds=20)
            lost = [viewer for viewer in viewers if viewer.lost]
            until(lambda: all(viewer.is_live(photo) for viewer in lost), seconds=20)
            assert time.monotonic() - killed < 5
            assert all(viewer.lost <= 1 and viewer.is_live(photo) for viewer in viewers)
            assert metric(site.instances[1][1], "faceit_clients") == CLIENTS
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
    with deploy(tmp_path, FACEIT_PHOTOS_PER_MINUTE="6") as site:
        replies = [post(site.url, photo) for _ in range(7)]
        assert [status for status, _ in replies] == [200] * 6 + [429]
        assert int(replies[-1][1]["Retry-After"]) > 0
        assert re.fullmatch(r"faceit_route=[0-9a-f]{32}; .*", replies[0][1]["Set-Cookie"])
        assert get(f"{site.url}/metrics") is None
        site.redis.kill()
        site.redis.wait()
        assert post(site.instances[0][1], photo)[0] == 200


def test_uploads_that_are_refused_early_take_the_site_from_nobody_and_no_address_is_logged(tmp_path):
    too_large = bytes(21 * 1024 * 1024 + 500_000)  # below nginx's limit, above an instance's
    over = threading.Event()

    def upload(url):
        while not over.is_set():
            with contextlib.suppress(requests.RequestException):
                requests.post(f"{url}/api/v1/analyse", data=too_large, timeout=60)

    with deploy(tmp_path) as site:
        uploaders = [threading.Thread(target=upload, args=(site.url,)) for _ in range(2)]
        for uploader in uploaders:
            uploader.start()
        try:
            statuses = [requests.get(f"{site.url}/healthz", timeout=60).status_code for _ in range(100)]
        finally:
            over.set()
            for uploader in uploaders:
                uploader.join()
        assert statuses == [200] * 100
        assert requests.post(f"{site.url}/api/v1/analyse", data=too_large, timeout=60).status_code == 413
        for process, _ in site.instances:
            process.kill()
        until(lambda: get(f"{site.url}/healthz") is None)  # nginx answers 502 and would log the visitor's address
    assert "127.0.0.1" not in (tmp_path / "error.log").read_text()


def test_a_body_that_drips_waits_at_nginx_and_holds_no_instance(photo, tmp_path):
    head = f"POST /api/v1/analyse HTTP/1.1\r\nHost: x\r\nContent-Length: {len(photo)}\r\n\r\n".encode()
    with deploy(tmp_path) as site, contextlib.ExitStack() as stack:
        host, port = site.url.removeprefix("http://").split(":")
        files = [metric(address, "process_open_fds") for _, address in site.instances]
        for _ in range(12):
            connection = stack.enter_context(socket.create_connection((host, int(port)), timeout=60))
            connection.sendall(head + photo[:1000])
        assert [get(f"{site.url}/healthz") for _ in range(20)] == [200] * 20
        assert all(
            metric(address, "process_open_fds") <= before + 4
            for (_, address), before in zip(site.instances, files, strict=True)
        )
        assert requests.post(f"{site.url}/api/v1/analyse", data=photo, timeout=60).status_code == 200


def test_polling_clients_stay_with_their_instance_whether_they_keep_cookies_or_not(photo, tmp_path):
    with deploy(tmp_path) as site:
        for keeps_cookies in [True, False] * 3:
            with requests.Session() as session:
                if not keeps_cookies:
                    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
                session.get(site.url)
                assert ("faceit_route" in session.cookies) == keeps_cookies
                client = socketio.Client(reconnection=False, http_session=session)
                client.connect(site.url, transports=["polling"], wait_timeout=20)
                assert "faces" in client.call("frame", (photo, {"seq": 1}), timeout=20)
                client.disconnect()


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_with_the_lines_for_tls_the_cookie_is_for_tls_alone(tmp_path):
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", "-nodes", *names, *files], check=True, capture_output=True)
    with deploy(tmp_path) as site:
        assert "Secure" not in requests.get(site.url).headers["Set-Cookie"]
        door, file = free_port(), tmp_path / "nginx.conf"
        text = re.sub("# (listen 443|ssl_)", r"\1", file.read_text())
        file.write_text(text.replace("443", f"127.0.0.1:{door}").replace("/etc/nginx/tls", str(tmp_path)))
        site.nginx.send_signal(signal.SIGHUP)
        until(lambda: answers(door))
        reply = requests.get(f"https://127.0.0.1:{door}", verify=str(tmp_path / "fullchain.pem"))
        assert reply.headers["Set-Cookie"].endswith("; Secure")


def test_what_a_frame_costs_behind_nginx_is_counted(tmp_path):
    with deploy(tmp_path) as site:
        processes = [worker_of(process) for process, _ in site.instances] + cost.children(site.nginx.pid)
        load = Namespace(clients=2, fps=20, seconds=1)
        used_s, number = cost.measure(site.url, processes, pack(1), load)
    assert 0 < number <= 42
    assert 0 < used_s < 4


def answers(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
