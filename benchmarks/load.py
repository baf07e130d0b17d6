"""How many viewers a server carries: real Socket.IO clients that play a moving face to it.

    python -m benchmarks.load URL [--clients N] [--fps F] [--seconds S]

Every client sends its frames at its rate, whether the answers come or not, so that more can be asked than
can be done. Latency runs from the sending of a frame to its answer; dropped frames have none. Memory and
processor time are the server's own, from its /metrics.
"""

import argparse
import random
import threading
import time
import urllib.request

import numpy as np
import socketio

from benchmarks import sequence

CONNECT_S = 10.0


class Viewer:
    """One client: `latencies_s` of its answers, how many frames were dropped, and the faces it was told."""

    def __init__(self, url, frames, fps):
        self._frames = frames
        self._period_s = 1 / fps
        self._socket = socketio.Client(reconnection=False)
        self._url = url
        self.latencies_s = []
        self.sent = self.dropped = self.errors = self.faces = 0
        self.refused = ""

    def connect(self):
        """Whether the server let it in."""
        try:
            self._socket.connect(self._url, transports=["websocket"], wait_timeout=CONNECT_S)
        except socketio.exceptions.ConnectionError as error:
            self.refused = str(error)
        return self._socket.connected

    def play(self, until_s):
        """Sends frames until a time, each when it is due; frames that fell due meanwhile are skipped."""
        due_s = time.perf_counter() + random.random() * self._period_s
        while due_s < until_s and self._socket.connected:
            time.sleep(max(0, due_s - time.perf_counter()))
            self._send()
            due_s = max(due_s + self._period_s, time.perf_counter() - self._period_s)

    def close(self):
        """Leaves."""
        self._socket.disconnect()

    def _send(self):
        number, started_s = self.sent, time.perf_counter()
        self.sent += 1

        def answered(reply):
            if "error" in reply:
                self.errors += 1
            elif reply.get("dropped"):
                self.dropped += 1
            else:
                self.latencies_s.append(time.perf_counter() - started_s)
                self.faces += len(reply["faces"])

        data = self._frames[number % len(self._frames)]
        self._socket.emit("frame", (data, {"seq": number}), callback=answered)


def main(arguments=None):
    """Runs the load and prints what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where the server listens, say http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=10, help="clients at the same time")
    parser.add_argument("--fps", type=float, default=10, help="frames a second of each")
    parser.add_argument("--seconds", type=float, default=10, help="how long")
    options = parser.parse_args(arguments)
    frames = [data for data, _ in sequence.play(fps=options.fps)]
    viewers = [Viewer(options.url, frames, options.fps) for _ in range(options.clients)]
    viewers = [viewer for viewer in viewers if viewer.connect() or print("refused:", viewer.refused)]
    before = read_metrics(options.url)
    after_a_minute = run(viewers, time.perf_counter() + options.seconds, options.url)
    after = read_metrics(options.url)
    for viewer in viewers:
        viewer.close()
    report(viewers, options)
    report_server(before, after_a_minute, after, sum(len(viewer.latencies_s) for viewer in viewers))


def run(viewers, until_s, url):
    """Lets all play until a time; the server's metrics after a minute, or None where it is over sooner."""
    threads = [threading.Thread(target=viewer.play, args=(until_s,)) for viewer in viewers]
    for thread in threads:
        thread.start()
    metrics = None
    if until_s - time.perf_counter() > 60:
        time.sleep(60)
        metrics = read_metrics(url)
    for thread in threads:
        thread.join()
    time.sleep(1)  # the last answers
    return metrics


def read_metrics(url):
    """The server's unlabelled metrics by name."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=CONNECT_S) as reply:
        lines = reply.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def report(viewers, options):
    """Prints what the clients saw."""
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


def report_server(before, after_a_minute, after, answers):
    """Prints what it cost the server."""
    cpu_s = after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
    memory_mb = [point["process_resident_memory_bytes"] / 1e6 for point in (before, after_a_minute, after) if point]
    if answers:
        print(f"server             {1000 * cpu_s / answers:.2f} ms of processor time an answer")
    print(f"server memory MB   {' → '.join(f'{mb:.1f}' for mb in memory_mb)}")


if __name__ == "__main__":
    main()
