"""Measures the cost of nginx: CPU time per frame behind nginx, against one instance without it.

    PYTHONPATH=.:tests python tests/deploy/cost.py [--clients N] [--fps F] [--seconds S] [--rounds R]

The same load goes alternately to one instance and to two behind nginx, so that other load on the machine affects both.
The script counts the CPU time of the instances, of nginx and of Redis; only the ratio is reliable.
"""

import argparse
import os
import tempfile
from pathlib import Path

from instances import deploy
from serving import serve, worker_of

from benchmarks.load import Viewer, pack, play


def main():
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=10, help="clients at the same time")
    parser.add_argument("--fps", type=float, default=10, help="frames a second of each")
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each")
    options = parser.parse_args()
    pictures = pack(options.fps)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve("wsgi:app") as (alone, url),
        deploy(Path(folder), "wsgi:app") as site,
    ):
        behind = [site.nginx.pid, *children(site.nginx.pid), site.redis.pid]
        behind += [worker_of(process) for process, _ in site.instances]
        totals = {"alone": [0, 0], "behind nginx": [0, 0]}
        for _ in range(options.rounds):
            for way, address, processes in (("alone", url, [worker_of(alone)]), ("behind nginx", site.url, behind)):
                spent_s, answers = measure(address, processes, pictures, options)
                totals[way][0] += spent_s
                totals[way][1] += answers
    each_ms = {way: 1000 * spent_s / answers for way, (spent_s, answers) in totals.items()}
    for way, (_, answers) in totals.items():
        print(f"{way:14}{each_ms[way]:6.2f} ms of processor time an answer, {answers} answers")
    print(f"behind nginx against alone: {each_ms['behind nginx'] / each_ms['alone']:.2f} times")


def measure(url, processes, pictures, options):
    """The seconds of CPU time that the processes spend on a load, and the number of answers."""
    viewers = [Viewer(url, pictures) for _ in range(options.clients)]
    viewers = [viewer for viewer in viewers if viewer.connect() or print("refused:", viewer.refused)]
    before_s = sum(map(spent_s, processes))
    play(viewers, options.fps, options.seconds)
    used_s = sum(map(spent_s, processes)) - before_s
    for viewer in viewers:
        viewer.close()
    return used_s, sum(len(viewer.latencies_s) for viewer in viewers)


def children(pid):
    """The process ids of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def spent_s(pid):
    """The seconds of CPU time that a process has used, in user and system mode."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
