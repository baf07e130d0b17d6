"""The server as deployed: gunicorn, real sockets, real clients."""

import json
import re
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
import socketio
import websocket
from serving import begun, connect, get, join, metric, post, serve, until, worker_of

from benchmarks import load, visits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
reads_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux alone has")


@pytest.fixture(scope="module")
def server():
    """A server shared by the tests that do not change its state: (process, address)."""
    with serve() as process_and_url:
        yield process_and_url


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_frames_are_answered_over_both_transports(server, photo, transport):
    with connect(server[1], transport) as client:
        assert client.transport() == transport
        for seq in range(3):
            assert client.call("frame", (photo, {"seq": seq}), timeout=20)["seq"] == seq
        assert "error" in client.call("frame", timeout=20)
        assert client.call("frame", (photo, {"seq": 9}), timeout=20)["seq"] == 9


def test_a_newer_frame_replaces_the_one_that_waits(photo):
    replies = []
    with serve(FAKE_HOLD="1") as (_, url), connect(url) as client:
        client.emit("frame", (photo, {"seq": 0}), callback=replies.append)
        until(lambda: begun(url) == 1)
        for seq in range(1, 4):
            client.emit("frame", (photo, {"seq": seq}), callback=replies.append)
        until(lambda: len(replies) == 2)
        post(f"{url}/go")
        until(lambda: len(replies) == 4)
    assert {reply["seq"] for reply in replies if reply.get("dropped")} == {1, 2}


def test_a_full_server_says_so_hangs_up_and_still_serves_pages(photo):
    with serve(FACEIT_MAX_CLIENTS="1", FACEIT_RETRY_AFTER_S="7") as (_, url), connect(url) as client:
        refusals = []
        second = socketio.Client(reconnection=False)
        second.on("connect_error", refusals.append)
        with pytest.raises(socketio.exceptions.ConnectionError):
            second.connect(url, transports=["websocket"])
        assert refusals[0]["data"]["retry_after_s"] == 7
        assert "all 1 places" in refusals[0]["message"]
        assert get(f"{url}/healthz") == 200
        assert client.call("frame", (photo, {"seq": 1}), timeout=20)["seq"] == 1
        assert metric(url, "faceit_clients_refused_total") == 1
        until(lambda: metric(url, "faceit_clients") == 1)


def test_a_refused_client_that_does_not_hang_up_is_hung_up_on():
    with serve(FACEIT_MAX_CLIENTS="0") as (_, url):
        address = url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        with closing(websocket.create_connection(address, timeout=10)) as client:
            assert client.recv().startswith("0")  # open
            client.send("40")  # connect
            assert client.recv().startswith("44")  # refused
            assert json.loads(client.recv() or '"over"') in (1, "over")  # close


def test_a_connection_that_never_becomes_a_client_is_ended_and_others_stay(server, photo):
    address = server[1].replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with connect(server[1]) as other, ExitStack() as stack:
        silent = websocket.create_connection(address, timeout=20)
        stack.callback(silent.shutdown)
        assert silent.recv().startswith("0")  # open
        while silent.recv():  # a ping or two before the server closes the connection
            pass
        assert other.call("frame", (photo, {"seq": 1}), timeout=20)["seq"] == 1


def test_a_closing_server_answers_what_is_in_hand_tells_the_clients_and_ends(photo):
    replies, told = [], threading.Event()
    with serve(FAKE_FRAME_S="1") as (process, url), connect(url) as client:
        client.on("closing", lambda notice: told.set())
        client.emit("frame", (photo, {"seq": 1}), callback=replies.append)
        until(lambda: begun(url) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert told.is_set()
    assert [reply["seq"] for reply in replies] == [1]
    assert "error" not in replies[0]


@reads_proc
def test_many_clients_that_come_and_go_leave_nothing_behind(server, photo):
    process, url = server
    tasks = Path(f"/proc/{worker_of(process)}/task")

    def visit(times):
        for number in range(times):
            with connect(url) as client:
                client.call("frame", (photo, {"seq": number}), timeout=20)

    def visit_in_a_crowd(visitors, times):
        crowd = [threading.Thread(target=visit, args=(times,)) for _ in range(visitors)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        until(lambda: metric(url, "faceit_clients") == 0)

    visit_in_a_crowd(4, 1)
    threads, files = len(list(tasks.iterdir())), metric(url, "process_open_fds")
    visit_in_a_crowd(4, 6)
    until(lambda: len(list(tasks.iterdir())) <= threads + 6)  # gunicorn keeps threads once it has started them
    until(lambda: metric(url, "process_open_fds") <= files + 2)


@reads_proc
def test_a_server_whose_master_is_killed_leaves_no_worker_behind(photo):
    with serve() as (process, url), connect(url) as client:
        assert client.call("frame", (photo, {"seq": 1}), timeout=20)["seq"] == 1
        worker = Path(f"/proc/{worker_of(process)}")
        process.kill()
        until(lambda: not worker.exists())


def test_a_message_beyond_the_limit_ends_only_its_own_connection(server, photo):
    with connect(server[1]) as other:
        for _ in range(5):
            stranger = join(server[1])
            with suppress(OSError, websocket.WebSocketException):
                stranger.send_binary(bytes(5_000_000))
                while stranger.recv():
                    pass
            stranger.shutdown()
        assert other.call("frame", (photo, {"seq": 2}), timeout=20)["seq"] == 2
        until(lambda: metric(server[1], "faceit_clients") == 1)


def test_the_socket_agrees_to_no_compression(server):
    address = server[1].removeprefix("http://")
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + address.encode() + b"\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        )
        answer = connection.recv(4096)
    assert b" 101 " in answer
    assert b"deflate" not in answer


def test_the_load_generator_tells_what_the_clients_saw(server, capsys):
    load.main([server[1], "--clients", "2", "--fps", "5", "--seconds", "2"])
    told = capsys.readouterr().out
    assert "2 clients at 5 frames a second" in told
    assert "0 dropped, 0 errors, 0 without an answer" in told
    assert "faces an answer    1.00" in told
    assert "processor time an answer" in told


def test_who_sends_more_than_can_be_done_is_answered_no_oftener_than_the_others():
    with serve(FAKE_FRAME_S="0.05") as (_, url):  # reads twenty frames a second, of seventy-two sent
        pictures = load.pack(fps=1)
        greedy, modest = ([load.Viewer(url, pictures) for _ in range(3)] for _ in range(2))
        assert all(viewer.connect() for viewer in greedy + modest)
        rushing = threading.Thread(target=load.play, args=(greedy, 18, 3))
        rushing.start()
        load.play(modest, 6, 3)
        rushing.join()
        answers = [len(viewer.latencies_s) for viewer in greedy + modest]
        for viewer in greedy + modest:
            viewer.close()
    assert sum(viewer.dropped for viewer in greedy) > 0
    assert min(answers) >= max(answers) / 2


def test_the_visits_tell_what_the_clients_left_behind(server, capsys, monkeypatch):
    monkeypatch.setattr(visits, "LAST_THREADS_S", 0)
    visits.main([server[1], "--clients", "4", "--at-once", "2", "--seconds", "0.5"])
    told = capsys.readouterr().out
    assert re.match(r"2 times 2 clients came, had [1-9]\d* answers", told)
    assert "clients          0.0 → 0.0" in told


def test_a_proxy_that_no_setting_names_is_not_believed_even_on_this_machine(server):
    request = urllib.request.Request(f"{server[1]}/api/v1/origin?origin=https://faces.example")
    for name, value in (("Host", "faces.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Ssl", "on")):
        request.add_header(name, value)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    with refused.value as answer:
        assert "asked as http://faces.example" in json.load(answer)["detail"]


@reads_proc
def test_the_environment_of_some_hosts_does_not_add_workers():
    with serve(WEB_CONCURRENCY="4") as (process, _):
        assert worker_of(process) > 0
