"""The labelling site under load, and with a very large folder.

    python -m benchmarks.labels load [--raters N] [--votes-per-s V] [--seconds S] [--kills K] [--database URL]
    python -m benchmarks.labels folder [--pictures N] [--seconds S]

`load` serves drawn faces by `flask label`, lets raters vote and prints how long each vote took until it was
acknowledged; with --kills K the server is killed by SIGKILL K times and started again. At the end the votes in the
database are compared with the acknowledged ones. `folder` draws very many pictures and prints when the first one could
be rated, and the server's memory while it scans the rest.
"""

import argparse
import io
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))  # the raters of the tests

from labels_server import Rater, serve
from serving import free_port

from app.labelling.database import open_database, url_of
from app.labelling.voting import standing

WORDS = ("doubt", "pain", "neutral")


def main(arguments=None):
    """Runs one measurement and prints it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labels", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="what")
    load = commands.add_parser("load", help="raters who vote at the same time")
    load.add_argument("--raters", type=int, default=20, help="how many vote at the same time")
    load.add_argument("--votes-per-s", type=float, default=50, help="of all of them together")
    load.add_argument("--seconds", type=float, default=20, help="how long they vote")
    load.add_argument("--kills", type=int, default=0, help="how often the server is killed meanwhile")
    load.add_argument("--database", help="an SQLAlchemy URL instead of SQLite in the folder")
    load.set_defaults(command=measure_load)
    folder = commands.add_parser("folder", help="a folder of very many pictures")
    folder.add_argument("--pictures", type=int, default=100_000, help="how many there are")
    folder.add_argument("--seconds", type=float, default=60, help="how long memory is watched")
    folder.set_defaults(command=measure_folder)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="labels-") as place:
        options.command(options, Path(place))


def draw(folder, count):
    """Writes `count` small grey pictures that all differ."""
    chance = np.random.default_rng(1)
    for number in range(count):
        place = folder / f"{number // 1000:03d}"
        place.mkdir(exist_ok=True)
        file = io.BytesIO()
        Image.fromarray(chance.integers(0, 256, (12, 12), np.uint8)).resize((48, 48)).save(file, "PNG")
        (place / f"{number % 1000:03d}.png").write_bytes(file.getvalue())


def measure_load(options, folder):
    """Raters vote at a steady pace; prints the time until votes were acknowledged, and the votes that were stored."""
    per_rater = int(options.votes_per_s * options.seconds / options.raters)
    draw(folder, per_rater + 5)
    url = options.database or url_of(folder)
    arguments = ("--words", " ".join(WORDS), "--raters", str(options.raters), "--database", url)
    with serve(folder, free_port(), *arguments) as server:
        people = [Rater(server, f"rater {number}") for number in range(options.raters)]
        wait_for_faces(people[0], per_rater)
        latencies_s = vote_together(people, per_rater, options, server)
    print_latencies(latencies_s, options)
    engine = open_database(url)
    with engine.connect() as connection:
        kept = Counter((face, answer) for face, _rater, answer in standing(connection))
        log = connection.exec_driver_sql("SELECT count(*) FROM votes").scalar()
    engine.dispose()
    given = Counter((face, answer[0]) for person in people for face, answer in person.acknowledged.items())
    lost, doubled = (given - kept).total(), (kept - given).total() + log - kept.total()
    print(f"{given.total()} votes acknowledged, {log} in the database: {lost} lost, {doubled} too many")


def wait_for_faces(rater, count):
    """Returns when the server has scanned enough pictures."""
    while rater.next()["progress"]["left"] < count:
        time.sleep(0.2)


def vote_together(people, per_rater, options, server):
    """Each rater votes `per_rater` times at the same pace; returns all latencies in seconds."""
    latencies_s, pause_s = [], options.raters / options.votes_per_s
    started_s = time.monotonic()

    def vote(person, offset):
        ahead, chance = person.next(), np.random.default_rng(offset)
        for number in range(per_rater):
            time.sleep(max(0, started_s + pause_s * (number + offset / len(people)) - time.monotonic()))
            sent_s = time.perf_counter()
            ahead = person.vote(ahead["faces"][0]["face"], [str(chance.choice(WORDS))])
            latencies_s.append(time.perf_counter() - sent_s)

    threads = [threading.Thread(target=vote, args=(person, number)) for number, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for number in range(options.kills):
        time.sleep(max(0, started_s + options.seconds * (number + 1) / (options.kills + 1) - time.monotonic()))
        server.kill()
        server.start()
    for thread in threads:
        thread.join()
    return latencies_s


def print_latencies(latencies_s, options):
    """Prints the median and the 95th percentile in milliseconds."""
    half, most = np.percentile(np.array(latencies_s) * 1000, [50, 95])
    print(f"{options.raters} raters, {options.votes_per_s:g} votes a second in all")
    print(f"half of the votes acknowledged within {half:.0f} ms, 95 % within {most:.0f} ms")


def measure_folder(options, folder):
    """Draws the pictures, starts the server and prints when the first can be rated, then its memory."""
    print(f"drawing {options.pictures} pictures …", flush=True)
    draw(folder, options.pictures)
    with serve(folder, free_port(), "--words", " ".join(WORDS)) as server:
        served_s = time.perf_counter()
        rater = Rater(server, "first")
        while not rater.next()["faces"]:
            pass
        print(f"the first picture could be rated {time.perf_counter() - served_s:.2f} s after the site had started")
        while (passed_s := time.perf_counter() - served_s) < options.seconds:
            print(
                f"{passed_s:5.0f} s: {rater.next()['progress']['left']:6d} faces, {memory_mb(server):.0f} MB",
                flush=True,
            )
            time.sleep(options.seconds / 6)


def memory_mb(server):
    """The resident memory of the server's process."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
