"""The known attacks, each from an address of its own: a function that runs until its process is ended."""

import functools
import json
import socket
import threading
import time
import urllib.request
from contextlib import suppress

import websocket
from websocket import ABNF

from benchmarks import bombs

ADDRESS = "127.0.0.2"
"""The source address of attacks: on this machine, but different from the honest visitor's."""

_MB = 1024 * 1024
_PHOTO = "POST /api/v1/analyse HTTP/1.1\r\nHost: siege\r\nContent-Length: {}\r\n\r\n"


def nothing(_host, _port):
    """No attack: the baseline of this machine."""
    time.sleep(1)


def session(host, port):
    """One polling session starts 104 upgrades; none is finished, and each keeps sending pings."""
    with suppress(Exception):
        opened = _http(host, port, "/socket.io/?EIO=4&transport=polling")
        sid = json.loads(opened[1:])["sid"]
        sockets = [_web_socket(host, port, f"&sid={sid}") for _ in range(104)]
        for open_socket in sockets:
            if open_socket:
                with suppress(Exception):
                    open_socket.ping()
        time.sleep(1)


def scans(host, port):
    """Two pages send progressive JPEGs of thousands of scans as frames, and two clients send them as photos."""
    bomb, large = _made(bombs.scans, 42_983), _made(bombs.scans, 80_000, 7000, 7000)
    _together([lambda: _frames(host, port, bomb)] * 2 + [lambda: _photo(host, port, large)] * 2)


def memory(host, port):
    """Two kinds of files are sent as photos: small ones that decompress to hundreds of megabytes, and pure metadata."""
    sent = [
        bombs.clear_webp(7000),
        bombs.clear_webp(4900),
        bombs.empty_segments(19 * _MB // 4),
        bombs.filling(19 * _MB),
    ]
    sent += [bombs.overlapping_tags(60_000, 10 * _MB), bombs.picture("PNG", 7000, 7000), bombs.scans(30, 7000, 7000)]
    _together([lambda data=data: _photo(host, port, data) for data in sent])


def drip(host, port):
    """104 photos are sent at a byte a second."""
    _together([lambda: _drip(host, port, _PHOTO.format(20 * _MB).encode())] * 104)


def uploads(host, port):
    """Two clients send photos a little larger than is accepted, over and over."""
    _together([lambda: _photo(host, port, bytes(21 * _MB))] * 2)


def idle(host, port):
    """1,200 connections send nothing."""
    held = []
    with suppress(OSError):
        held += [_tcp(host, port) for _ in range(1200)]
    time.sleep(2)
    for connection in held:
        connection.close()


def redis(_host, _port):
    """No requests: the server is started with a shared store that accepts connections and never answers."""
    time.sleep(1)


def packets(host, port):
    """Eight connections send only pings, empty fragments, pongs or requests to join; others open handshakes."""
    kinds = [
        lambda one: one.ping(b"x"),
        lambda one: one.send_frame(ABNF.create_frame(b"", ABNF.OPCODE_BINARY, 0)),
        lambda one: one.send("3"),
        lambda one: one.send("40/nowhere,"),
    ]
    floods = [lambda kind=kind: _flood(host, port, kind) for kind in kinds * 2]
    _together([*floods, lambda: _http(host, port, "/socket.io/?EIO=4&transport=polling")])


ALL = (nothing, session, scans, memory, drip, uploads, idle, redis, packets)
"""The baseline, then the attacks in the order of SECURITY.md."""


def go_on(number, host, port):
    """Repeats an attack until the process is ended: the main function of the process."""
    while True:
        with suppress(Exception):
            ALL[number](host, port)


@functools.cache
def _made(make, *arguments):
    """A hostile picture's bytes, made once, so that making it does not slow the attack."""
    return make(*arguments)


def _tcp(host, port):
    return socket.create_connection((host, port), timeout=30, source_address=(ADDRESS, 0))


def _together(tasks):
    def run(task):
        with suppress(Exception):
            task()

    threads = [threading.Thread(target=run, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _web_socket(host, port, query=""):
    url = f"ws://{host}:{port}/socket.io/?EIO=4&transport=websocket{query}"
    with suppress(OSError, websocket.WebSocketException):
        return websocket.create_connection(url, timeout=30, socket=_tcp(host, port))
    return None


def _joined(host, port):
    opened = _web_socket(host, port)
    opened.recv()
    opened.send("40")
    opened.recv()
    return opened


def _flood(host, port, send):
    opened = _joined(host, port)
    while True:
        send(opened)


def _frames(host, port, data):
    opened = _joined(host, port)
    for seq in range(100):
        opened.send(f'451-{seq}["frame",{{"_placeholder":true,"num":0}},{{"seq":{seq}}}]')
        opened.send_binary(data)
        opened.recv()


def _http(host, port, path):
    with _tcp(host, port) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: siege\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")[2]


def _photo(host, port, data):
    with _tcp(host, port) as connection:
        connection.sendall(_PHOTO.format(len(data)).encode() + data)
        return connection.recv(65536)


def _drip(host, port, head):
    with _tcp(host, port) as connection:
        connection.sendall(head)
        while True:
            time.sleep(1)
            connection.sendall(b"x")


def ask(url):
    """The bytes of a page of the server."""
    with urllib.request.urlopen(url, timeout=60) as reply:
        return reply.read()
