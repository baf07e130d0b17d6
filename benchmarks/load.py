"""How many viewers a server can serve: Socket.IO clients that send a moving face.

    python -m benchmarks.load URL [--clients N] [--fps F] [--seconds S]

Every client sends frames at its rate, whether replies come or not, so that the load can exceed the server's
capacity. Latency runs from the sending of a frame to its answer; dropped frames have none. Memory and
processor time are the server's own, from its /metrics.

Real viewers' browsers run elsewhere, so here one cheap thread plays all clients: the frames are packed for the
WebSocket beforehand, and the few Socket.IO messages are constants.
"""

import argparse
import heapq
import json
import random
import select
import selectors
import socket
import threading
import time
import urllib.request

import numpy as np
import websocket
from websocket import ABNF

from benchmarks import sequence

CONNECT_S = 10.0
LAST_ANSWERS_S = 1.0
"""Seconds to wait for the last replies."""

SEND_BYTES = 64 * 1024
"""Bytes of a client's send buffer: little more than one frame, as a page has, because more would queue there."""


class Viewer:
    """One client: the `latencies_s` of its replies, its count of dropped frames, and of faces in the replies."""

    def __init__(self, url, pictures):
        self._url = f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        self._pictures = pictures
        self._socket = None
        self._sent_s = {}  # seq -> time of sending, for frames without a reply yet
        self.latencies_s = []
        self.sent = self.dropped = self.errors = self.faces = 0
        self.refused = ""

    def connect(self):
        """Connects; returns whether the server let the client in."""
        try:
            options = [(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
            self._socket = websocket.create_connection(self._url, CONNECT_S, sockopt=options)
            self._socket.recv()  # Engine.IO's greeting
            self._socket.send("40")
            answer = self._socket.recv()
        except (OSError, websocket.WebSocketException) as error:
            answer = str(error)
        is_in = answer.startswith("40")
        self.refused = "" if is_in else answer
        return is_in

    def send(self):
        """Sends the next frame, or drops it where earlier frames still fill the connection."""
        if not select.select([], [self._socket], [], 0)[1]:
            self.sent += 1
            self.dropped += 1
            return
        event = f'451-{self.sent}["frame",{{"_placeholder":true,"num":0}},{{"seq":{self.sent}}}]'
        self._sent_s[self.sent] = time.perf_counter()
        packed = ABNF.create_frame(event, ABNF.OPCODE_TEXT).format()
        self._socket.sock.sendall(packed + self._pictures[self.sent % len(self._pictures)])
        self.sent += 1

    def hear(self):
        """Takes in a message; returns whether the connection lives on."""
        try:
            message = self._socket.recv()
        except (OSError, websocket.WebSocketException):
            return False
        if message == "2":  # ping
            self._socket.send("3")
        elif message.startswith("43"):
            start = message.index("[")
            self._answered(int(message[2:start]), json.loads(message[start:])[0])
        return message not in ("", "1", "41")

    def fileno(self):
        """The file descriptor of the connection, for a selector."""
        return self._socket.fileno()

    def close(self):
        """Closes the connection."""
        if self._socket:
            self._socket.close()

    def _answered(self, seq, reply):
        sent_s = self._sent_s.pop(seq)
        if "error" in reply:
            self.errors += 1
        elif reply.get("dropped"):
            self.dropped += 1
        else:
            self.latencies_s.append(time.perf_counter() - sent_s)
            self.faces += len(reply["faces"])


def main(arguments=None):
    """Runs the load and prints the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where the server listens, say http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=10, help="clients at the same time")
    parser.add_argument("--fps", type=float, default=10, help="frames a second of each")
    parser.add_argument("--seconds", type=float, default=10, help="how long")
    options = parser.parse_args(arguments)
    pictures = pack(options.fps)
    viewers = [Viewer(options.url, pictures) for _ in range(options.clients)]
    viewers = [viewer for viewer in viewers if viewer.connect() or print("refused:", viewer.refused)]
    points = [read_metrics(options.url)]
    minute = threading.Timer(60, lambda: points.append(read_metrics(options.url)))
    minute.daemon = True
    minute.start()
    started_s = time.process_time()
    play(viewers, options.fps, options.seconds)
    spent_s = time.process_time() - started_s
    minute.cancel()
    points.append(read_metrics(options.url))
    for viewer in viewers:
        viewer.close()
    report(viewers, options)
    report_cost(points, spent_s, sum(len(viewer.latencies_s) for viewer in viewers))


def pack(fps):
    """The moving picture's frames as WebSocket messages, masked as a browser would mask them."""
    return [ABNF.create_frame(data, ABNF.OPCODE_BINARY).format() for data, _ in sequence.play(fps=fps)]


def play(viewers, fps, seconds):
    """Lets all viewers send each frame when it is due; skips frames that were due earlier."""
    selector = selectors.DefaultSelector()
    for viewer in viewers:
        selector.register(viewer, selectors.EVENT_READ)
    started_s = time.perf_counter()
    due = [(started_s + random.random() / fps, number) for number in range(len(viewers))]
    heapq.heapify(due)
    while due and (now_s := time.perf_counter()) < started_s + seconds + LAST_ANSWERS_S:
        due_s, number = due[0]
        if due_s <= now_s:
            heapq.heapreplace(due, (max(due_s + 1 / fps, now_s - 1 / fps), number))
            if now_s < started_s + seconds and viewers[number] in selector.get_map():
                viewers[number].send()
        for key, _ in selector.select(max(0, due[0][0] - now_s)):
            if not key.fileobj.hear():
                selector.unregister(key.fileobj)


def read_metrics(url):
    """The server's unlabelled metrics by name."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=CONNECT_S) as reply:
        lines = reply.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def report(viewers, options):
    """Prints the clients' figures."""
    answers = [len(viewer.latencies_s) for viewer in viewers]
    sent = sum(viewer.sent for viewer in viewers)
    dropped, errors, faces = (sum(getattr(v, what) for v in viewers) for what in ("dropped", "errors", "faces"))
    print(f"{len(viewers)} clients at {options.fps:g} frames a second for {options.seconds:g} s")
    if not sum(answers):
        print(f"sent {sent}, no answer; {errors} errors")
        return
    latencies_ms = np.concatenate([viewer.latencies_s for viewer in viewers]) * 1000
    p50, p95, p99 = np.percentile(latencies_ms, (50, 95, 99))
    lost = sent - sum(answers) - dropped - errors
    print(f"answers a second   {sum(answers) / options.seconds:.1f}")
    print(f"latency ms         p50 {p50:.1f}   p95 {p95:.1f}   p99 {p99:.1f}")
    print(f"of {sent} sent      {dropped} dropped, {errors} errors, {lost} without an answer")
    print(f"faces an answer    {faces / sum(answers):.2f}")
    print(f"fairness           the least served client got {min(answers) / max(answers):.2f} of the best served one")


def report_cost(points, clients_s, answers):
    """Prints the cost to the server, from its metrics at several points in time, and to these clients."""
    server_s = points[-1]["process_cpu_seconds_total"] - points[0]["process_cpu_seconds_total"]
    memory_mb = [point["process_resident_memory_bytes"] / 1e6 for point in points]
    for who, spent_s in (("server", server_s), ("clients", clients_s)):
        if answers:
            print(f"{who:19}{1000 * spent_s / answers:.2f} ms of processor time an answer")
    print(f"server memory MB   {' → '.join(f'{mb:.1f}' for mb in memory_mb)}")


if __name__ == "__main__":
    main()
