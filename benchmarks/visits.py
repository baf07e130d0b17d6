"""Threads, files and memory that clients leave behind in a server after they have sent some frames and gone.

    python -m benchmarks.visits URL [--clients N] [--at-once M] [--fps F] [--seconds S]

The first clients don't count: the server keeps the threads and the memory that it took for them, for the next.
"""

import argparse
import time

from benchmarks.load import Viewer, pack, play, read_metrics

LEFT = {
    "clients": ("faceit_clients", 1),
    "threads": ("faceit_threads", 1),
    "open files": ("process_open_fds", 1),
    "memory MB": ("process_resident_memory_bytes", 1e6),
}

GONE_S = 60.0
"""Seconds that the server may take to notice that the last client has gone."""

LAST_THREADS_S = 12.0
"""Seconds to wait after the last client, so that threads may end."""


def main(arguments=None):
    """Lets clients come and go, and prints the server's threads, files and memory before and after."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.visits", description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where the server listens, say http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=200, help="clients in all")
    parser.add_argument("--at-once", type=int, default=20, help="how many are there at the same time")
    parser.add_argument("--fps", type=float, default=5, help="frames a second of each")
    parser.add_argument("--seconds", type=float, default=2, help="how long each stays")
    options = parser.parse_args(arguments)
    pictures = pack(options.fps)
    visit(options, pictures)
    visit(options, pictures)
    before = left(options.url)
    visits = [visit(options, pictures) for _ in range(0, options.clients, options.at_once)]
    after = left(options.url)
    print(f"{len(visits)} times {options.at_once} clients came, had {sum(visits)} answers in all, and went")
    for name in LEFT:
        print(f"{name:12}{before[name]:8.1f} → {after[name]:.1f}")


def visit(options, pictures):
    """Clients come, send frames and go; returns the number of their replies."""
    viewers = [Viewer(options.url, pictures) for _ in range(options.at_once)]
    viewers = [viewer for viewer in viewers if viewer.connect() or print("refused:", viewer.refused)]
    play(viewers, options.fps, options.seconds)
    for viewer in viewers:
        viewer.close()
    return sum(len(viewer.latencies_s) for viewer in viewers)


def left(url):
    """The server's threads, files and memory, by name, once no client is connected."""
    until_s = time.monotonic() + GONE_S
    while read_metrics(url)["faceit_clients"] and time.monotonic() < until_s:
        time.sleep(0.5)
    time.sleep(LAST_THREADS_S)
    metrics = read_metrics(url)
    return {name: metrics[metric] / unit for name, (metric, unit) in LEFT.items()}


if __name__ == "__main__":
    main()
