"""The limits of open requests and connections for one client and one address, against the real server."""

import json
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest
import websocket
from serving import connect, get, join, metric, serve, threads_of, until, worker_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")


@pytest.fixture(scope="module")
def server():
    with serve() as process_and_url:
        yield process_and_url


def ask(url, query, data=None):
    """The status and text of a polling request."""
    try:
        with urllib.request.urlopen(f"{url}/socket.io/?EIO=4&transport=polling{query}", data, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def handshake(url):
    return json.loads(ask(url, "")[1][1:])["sid"]


def upgrade(url, session):
    address = f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid={session}"
    return websocket.create_connection(address, timeout=60)


def test_a_session_has_one_upgrade_and_it_ends_in_time_whatever_it_pings(server, photo):
    _, url = server
    with connect(url) as honest:
        session = handshake(url)
        first = upgrade(url, session)
        for _ in range(20):
            with pytest.raises(websocket.WebSocketBadStatusException) as caught:
                upgrade(url, session)
            assert caught.value.status_code == 400

        def ping():
            first.ping()
            return not first.connected

        with pytest.raises((OSError, websocket.WebSocketException)):
            until(ping)
        first.shutdown()
        assert ask(url, f"&sid={session}")[0] == 400  # the server has ended the session
        assert honest.call("frame", (photo, {"seq": 1}), timeout=60)["seq"] == 1
    until(lambda: metric(url, "faceit_clients") == 0)


def test_a_session_has_one_poll(server):
    _, url = server
    session = handshake(url)
    statuses = []
    polls = [threading.Thread(target=lambda: statuses.append(ask(url, f"&sid={session}")[0])) for _ in range(20)]
    for poll in polls:
        poll.start()
    until(lambda: statuses.count(400) == 19)
    assert get(f"{url}/healthz") == 200
    assert ask(url, f"&sid={session}", b"1")[0] == 200  # the client leaves, which ends its open poll
    for poll in polls:
        poll.join(60)
    assert sorted(statuses) == [200] + [400] * 19


def test_a_page_that_begins_by_polling_becomes_a_websocket(server, photo):
    with connect(server[1], "polling") as client:
        assert client.call("frame", (photo, {"seq": 1}), timeout=60)["seq"] == 1
    session = handshake(server[1])
    assert ask(server[1], f"&sid={session}", b"40")[0] == 200
    socket = upgrade(server[1], session)
    socket.send("2probe")
    assert socket.recv() == "3probe"
    socket.send("5")
    assert socket.recv().startswith("40")
    socket.close()


def test_jsonp_is_refused(server):
    assert ask(server[1], "&j=0") == (400, "JSONP is not spoken here")


def test_sessions_that_never_join_are_bounded_and_cost_no_thread(server, photo):
    process, url = server
    with connect(url) as honest:
        threads = threads_of(worker_of(process))
        statuses = [ask(url, "")[0] for _ in range(200)]
        assert 140 <= statuses.count(401) <= 160  # an address may have 48 handshakes that are no clients yet
        assert threads_of(worker_of(process)) <= threads + 8
        assert honest.call("frame", (photo, {"seq": 1}), timeout=60)["seq"] == 1
    until(lambda: ask(url, "")[0] == 200)  # the server has ended them, so the address has free places again


@pytest.mark.parametrize(
    "flood",
    [
        lambda socket: socket.ping(b"x"),
        lambda socket: socket.send_frame(websocket.ABNF.create_frame(b"", websocket.ABNF.OPCODE_BINARY, 0)),
        lambda socket: socket.send("3"),
        lambda socket: socket.send("40/there-is-none,"),
        lambda socket: socket.send('42["nope"]'),
    ],
    ids=["pings", "empty fragments", "pongs", "joins", "events"],
)
def test_a_flood_of_tiny_packets_ends_its_own_connection(server, photo, flood):
    with connect(server[1]) as honest, ExitStack() as stack:
        socket = join(server[1])
        stack.callback(socket.shutdown)
        for _ in range(100_000):
            try:
                flood(socket)
            except (OSError, websocket.WebSocketException):
                break
        else:
            pytest.fail("it was never ended")
        assert honest.call("frame", (photo, {"seq": 1}), timeout=60)["seq"] == 1
