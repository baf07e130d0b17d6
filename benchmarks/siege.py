"""Measures the effect of the known attacks on an honest visitor, and what remains in the server afterwards.

    python -m benchmarks.siege [--attack NAME] [--seconds S]

Starts the real server and, during each attack, a visitor from another address: a live page at ten frames a second, and
every second a page, a photo and /healthz. Prints the visitor's frame times, the slowest /healthz, and the server's
memory (with the processes that it starts for large pictures) before the attack, at its peak and afterwards. Linux only.
"""

import argparse
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import websocket

from benchmarks import attacks, bombs, sequence

HOST = "127.0.0.1"
FPS = 10
AFTERWARDS_S = 60
"""The most seconds in which threads and files have to return to their count before the attack."""

_ROOT = Path(__file__).resolve().parent.parent
_JOIN = "/socket.io/?EIO=4&transport=websocket"


class Visitor:
    """An honest visitor; `frames_s`, `healthz_s` and `others_s` are its waiting times, `failed` its failures."""

    def __init__(self, port):
        self.frames_s, self.healthz_s, self.others_s, self.failed = [], [], [], []
        self._url = f"http://{HOST}:{port}"
        self._pictures = [data for data, _ in sequence.play(fps=FPS)]
        self._over = threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._watch, self._browse)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _watch(self):
        live = websocket.create_connection(self._url.replace("http", "ws") + _JOIN, timeout=30)
        live.recv()
        live.send("40")
        seq = 0
        while not self._over.wait(1 / FPS):
            seq += 1
            began_s = time.perf_counter()
            try:
                live.send(f'451-{seq}["frame",{{"_placeholder":true,"num":0}},{{"seq":{seq}}}]')
                live.send_binary(self._pictures[seq % len(self._pictures)])
                while not (said := live.recv()).startswith(f"43{seq}["):
                    if said == "2":
                        live.send("3")
            except (OSError, websocket.WebSocketException) as error:
                self.failed.append(f"live page: {type(error).__name__}")
                return
            self.frames_s.append(time.perf_counter() - began_s)
        live.close()

    def _browse(self):
        photo = bombs.picture("JPEG", 640, 480)
        while not self._over.wait(1):
            self._ask("/healthz", self.healthz_s)
            self._ask("/", self.others_s)
            self._ask("/api/v1/analyse", self.others_s, photo)

    def _ask(self, path, times_s, data=None):
        began_s = time.perf_counter()
        try:
            with urllib.request.urlopen(self._url + path, data, timeout=60) as reply:
                reply.read()
        except OSError as error:
            self.failed.append(f"{path}: {error}")
        times_s.append(time.perf_counter() - began_s)


class Watch:
    """Samples the server's memory, threads and files during the attack; `most_mb` is the peak memory."""

    def __init__(self, master):
        self._master = master
        self.most_mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        self._thread.join()

    def now(self):
        """Memory in MB, threads and files of the worker."""
        worker = _children(self._master)[0]
        processes = [worker, *_children(worker)]
        threads = len(os.listdir(f"/proc/{worker}/task"))
        return sum(_resident_mb(process) for process in processes), threads, len(os.listdir(f"/proc/{worker}/fd"))

    def _look(self):
        while not self._over.wait(0.05):
            with suppress(OSError, IndexError):
                self.most_mb = max(self.most_mb, self.now()[0])


def main(arguments=None):
    """Runs the attacks one after the other and prints a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siege", description=__doc__.splitlines()[0])
    names = [attack.__name__ for attack in attacks.ALL]
    parser.add_argument("--attack", choices=names, action="append", help="only this one; may be given several times")
    parser.add_argument("--seconds", type=float, default=12, help="how long each lasts")
    options = parser.parse_args(arguments)
    print(f"one visitor at {FPS} frames a second beside each attack, which lasts {options.seconds:g} s")
    print("attack     frames  median ms  p95 ms  /healthz ms  MB before, most, after  threads  files  failed")
    for number, name in enumerate(names):
        if name in (options.attack or names):
            with _server(name) as (process, port):
                print(_row(name, *_besiege(number, process, port, options.seconds)), flush=True)


def _besiege(number, process, port, seconds):
    with Watch(process.pid) as watch:
        with Visitor(port):
            time.sleep(min(3, seconds))  # so that one-time allocations come before the measurement
        before = watch.now()
        attacker = multiprocessing.get_context("spawn").Process(target=attacks.go_on, args=(number, HOST, port))
        attacker.start()
        with Visitor(port) as visitor:
            time.sleep(seconds)
        attacker.kill()
        attacker.join()
        deadline_s = time.monotonic() + AFTERWARDS_S
        while watch.now()[2] > before[2] + 2 and time.monotonic() < deadline_s:
            time.sleep(0.5)
        return visitor, before, watch.most_mb, watch.now()


def _row(name, visitor, before, most_mb, after):
    median_ms, p95_ms = np.percentile(visitor.frames_s or [np.nan], (50, 95)) * 1000
    worst_ms = 1000 * max(visitor.healthz_s, default=np.nan)
    memory = f"{before[0]:.0f}, {max(most_mb, before[0]):.0f}, {after[0]:.0f}"
    return (
        f"{name:9}{len(visitor.frames_s):8}{median_ms:11.0f}{p95_ms:8.0f}{worst_ms:13.0f}  {memory:>22}"
        f"{f'{before[1]} → {after[1]}':>11}{f'{before[2]} → {after[2]}':>9}  {len(visitor.failed)}"
        + "".join(f"\n    {failure}" for failure in sorted(set(visitor.failed))[:3])
    )


@contextmanager
def _server(attack):
    with socket.create_server((HOST, 0)) as silent, socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
        store = {"FACEIT_LIMITER_STORAGE": f"redis://{HOST}:{silent.getsockname()[1]}"} if attack == "redis" else {}
        free.close()
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"{HOST}:{port}"]
        process = subprocess.Popen(command, cwd=_ROOT, env=os.environ | store, stderr=subprocess.DEVNULL)
        try:
            _wait_for(process, f"http://{HOST}:{port}/readyz")
            yield process, port
        finally:
            process.terminate()
            process.wait()


def _wait_for(process, url):
    for _ in range(600):
        with suppress(OSError):
            attacks.ask(url)
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("the server did not start: gunicorn -c gunicorn.conf.py says why")


def _children(process):
    """The child processes that any of its threads has started."""
    lists = [each.read_text() for each in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for child in " ".join(lists).split()]


def _resident_mb(process):
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0


if __name__ == "__main__":
    main()
