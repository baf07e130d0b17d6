"""The worker: silent, slow and greedy connections against the real server."""

import re
import resource
import socket
import sys
import threading
import urllib.request
from contextlib import ExitStack, suppress

import pytest
from serving import ROOT, connect, get, metric, serve, threads_of, until, worker_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")


@pytest.fixture(scope="module")
def server():
    with serve() as process_and_url:
        yield process_and_url


def tcp(url, source="127.0.0.1", receives=None):
    """A connection from one of this machine's addresses; `receives` sets the size of the receive buffer."""
    host, port = url.removeprefix("http://").split(":")
    connection = socket.socket()
    connection.settimeout(60)
    if receives:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    connection.bind((source, 0))
    connection.connect((host, int(port)))
    return connection


def get_from(url, source):
    """The status of /healthz, asked from another address of this machine."""
    with tcp(url, source) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return int(connection.recv(100).split()[1])


def drip(connection, head):
    """Sends a request's head at once and then single bytes, until the server closes the connection."""
    with connection, suppress(OSError):
        connection.sendall(head)
        connection.settimeout(0.5)
        while True:
            try:
                if not connection.recv(1000):
                    return
            except TimeoutError:
                connection.sendall(b"x")


POST = b"POST /api/v1/analyse HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"


@pytest.mark.parametrize("head", [POST, b"GET /healthz HTTP/1.1\r\nX-Long: "], ids=["body", "head"])
def test_a_request_that_drips_is_ended_and_others_are_served(server, head):
    _, url = server
    files = metric(url, "process_open_fds")
    crowd = [threading.Thread(target=drip, args=(tcp(url, "127.0.0.2"), head)) for _ in range(70)]
    for each in crowd:
        each.start()
    assert get_from(url, "127.0.0.1") == 200
    for each in crowd:
        each.join(120)
    assert not any(each.is_alive() for each in crowd)
    until(lambda: metric(url, "process_open_fds") <= files + 2)


def test_silent_connections_take_no_thread_and_the_oldest_makes_room():
    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))

    with serve(before=few_files, FACEIT_MAX_CLIENTS="4") as (process, url), ExitStack() as stack:
        worker = worker_of(process)
        with connect(url) as client:
            threads = threads_of(worker)
            crowd = [stack.enter_context(tcp(url, "127.0.0.2")) for _ in range(300)]
            assert get_from(url, "127.0.0.1") == 200
            assert threads_of(worker) <= threads + 2
            assert crowd[0].recv(1) == b""  # the server has closed it
            assert client.connected
        assert worker_of(process) == worker  # the worker never ran out of file descriptors


def test_the_soft_limit_of_files_is_raised_where_the_system_allows_it():
    def low():
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))

    with serve(before=low) as (process, _):
        soft, hard = resource.prlimit(worker_of(process), resource.RLIMIT_NOFILE)
        assert soft == min(hard, 104 + 1000 + 200)


def test_a_body_that_is_malformed_is_a_bad_request_and_no_fault_of_ours(tmp_path):
    log = tmp_path / "log"
    with open(log, "wb") as output, serve(output=output) as (_, url), tcp(url) as connection:
        connection.sendall(
            b"POST /api/v1/analyse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"
        )
        assert connection.recv(1000).split(b"\r\n")[0].split()[1] == b"400"
    assert b"Traceback" not in log.read_bytes()


def test_everyone_finds_a_thread_while_others_hold_all_they_can(server):
    _, url = server
    with ExitStack() as stack:
        for host in range(2, 7):  # each address takes half of the free places: 52, 26, 13, …
            for _ in range(60):
                connection = stack.enter_context(tcp(url, f"127.0.0.{host}"))
                connection.sendall(POST)
        assert get_from(url, "127.0.0.1") == 200
        assert get(f"{url}/healthz") == 200


def test_an_answer_that_is_not_read_is_given_up_in_time():
    path = next((ROOT / "static" / "vendor").glob("litert-*.plain.wasm.gz"))
    with serve(FAKE_ANSWER_S="2", FACEIT_STALLED_S="600") as (_, url), connect(url) as client, ExitStack() as stack:
        with urllib.request.urlopen(url, timeout=60) as page:
            static = re.search(r"/static-[0-9a-f]+", page.read().decode())[0]
        request = f"GET {static}/vendor/{path.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        files = metric(url, "process_open_fds")
        for _ in range(20):
            connection = stack.enter_context(tcp(url, "127.0.0.2", receives=4096))
            connection.sendall(request)
        assert get_from(url, "127.0.0.1") == 200
        until(lambda: metric(url, "process_open_fds") <= files + 2)
        assert client.connected  # the limit on slow responses does not apply to WebSockets
