"""The cost of reading films: frames a second, several processes, memory, damage and kills; a comparison with fer.

    python -m benchmarks.video speed|jobs|ray|memory|damaged|killed [--model NAME] [--minutes M] [--files N]
    python -m benchmarks.video fer --python VENV/bin/python

The films are made of the public-domain portrait `skimage.data.astronaut()`: 640×480, one face that moves, 25 frames a
second. For `fer` make an environment of its own: pip install fer "setuptools<81" "numpy<2".
"""

import argparse
import functools
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from app.analyse import cluster, jobs
from app.analyse.reading import Options
from app.analyse.results import Results
from app.analyse.sources import Source
from app.vision import Reader
from app.vision.errors import BadVideo
from app.vision.video import Film

RATE = 25
KILL_S = 3.0
MB = 1024**2

FER = """
import sys, time, json, cv2
cv2.setNumThreads(1)
from fer.fer import FER
detector, film, found, started = FER(), cv2.VideoCapture(sys.argv[1]), [], None
while True:
    more, frame = film.read()
    if not more:
        break
    faces = detector.detect_emotions(frame)
    started = started or time.perf_counter()  # the first call loads its networks
    best = [max(face["emotions"], key=face["emotions"].get) for face in faces]
    found.append([[int(n) for n in face["box"]] + [word] for face, word in zip(faces, best)])
print(json.dumps({"seconds": time.perf_counter() - started, "found": found}))
"""


def main(arguments=None):
    """Runs one measurement and prints it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.video", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=sorted(MEASUREMENTS))
    parser.add_argument("--model", help="the network that reads; the best known one where absent")
    parser.add_argument("--seconds", type=float, default=20, help="length of a film")
    parser.add_argument("--minutes", type=float, default=120, help="length of the film whose memory is measured")
    parser.add_argument("--files", type=int, default=8, help="number of films for jobs, ray and killed")
    parser.add_argument("--python", help="the Python of fer's environment")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        MEASUREMENTS[options.what](options, Path(folder))


def make_film(path, seconds, codec="libx264"):
    """Writes a film of a face that moves over a still room, 640×480; the path."""
    import av
    from skimage.data import astronaut

    room = np.full((480, 640, 3), (150, 146, 140), np.uint8)
    head = cv2.resize(astronaut()[:250, 100:350], (260, 260), interpolation=cv2.INTER_AREA)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        stream.options = {"preset": "ultrafast"} if codec == "libx264" else {}
        for number in range(int(seconds * RATE)):
            picture = room.copy()
            left, top = round(190 + 120 * np.sin(number / 40)), round(110 + 40 * np.cos(number / 55))
            picture[top : top + 260, left : left + 260] = head
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def measure_speed(options, folder):
    """Frames a second of one process on one core, decoding included."""
    film, reader = make_film(folder / "film.mp4", options.seconds), Reader(options.model)
    list(reader.video(film, fps=1))
    started_s = time.perf_counter()
    faces = [len(reading.faces) for reading in reader.video(film)]
    spent_s = time.perf_counter() - started_s
    print(f"{reader.card.name}: {len(faces) / spent_s:.0f} frames a second, {np.mean(faces):.3f} faces a frame (one)")


def measure_jobs(options, folder):
    """Prints how much faster two processes are than one."""
    sources, results, reader_of = _task(options, folder)
    ways = {f"{number} jobs": functools.partial(jobs.read_all, jobs=number) for number in (1, 2)}
    _compare(ways, sources, results, reader_of)


def measure_ray(options, folder):
    """How much faster Ray with all cores of this machine is than one process."""
    sources, results, reader_of = _task(options, folder)
    ways = {
        "1 job": functools.partial(jobs.read_all, jobs=1),
        "ray": functools.partial(cluster.read_all, address="local"),
    }
    _compare(ways, sources, results, reader_of)


def measure_memory(options, folder):
    """Prints how memory grows over a long film after its first minute."""
    film, reader = make_film(folder / "long.mp4", options.minutes * 60, "mpeg4"), Reader(options.model)
    first, count = None, 0
    for reading in reader.video(film):
        count += 1
        if reading.time_s >= 60 and first is None:
            first = _memory_mb()
    first = first or _memory_mb()
    print(
        f"{count:,} frames, {options.minutes:g} minutes: {first:.0f} MB after a minute, "
        f"{_memory_mb():.0f} MB at the end"
    )


def measure_damaged(options, folder):
    """Prints the outcomes for films that are cut at each tenth, have flipped bits, or have a wrong ending."""
    outcomes, reader, longest_s = Counter(), Reader(options.model), 0.0
    chance = np.random.default_rng(1)
    for name, codec in (
        ("a.mp4", "libx264"),
        ("a.mkv", "libx264"),
        ("a.webm", "libvpx"),
        ("a.avi", "mpeg4"),
        ("a.ts", "libx264"),
    ):
        whole = make_film(folder / name, 2, codec).read_bytes()
        damaged = [whole[: len(whole) * tenth // 10] for tenth in range(10)]
        damaged += [_flip(whole, chance, number) for number in (1, 10, 100, 1000)]
        damaged += [whole[::-1], whole[7:], b"\xff\xd8\xff" + whole]
        for data in damaged:
            started_s = time.perf_counter()
            outcomes[_outcome(reader, data)] += 1
            longest_s = max(longest_s, time.perf_counter() - started_s)
    for outcome, number in sorted(outcomes.items()):
        print(f"{number:4d} {outcome}")
    print(f"{sum(outcomes.values())} films, none crashed; the slowest took {longest_s:.1f} s")


def measure_killed(options, folder):
    """Checks that every result exists once, with equal content, though a process is killed every few seconds."""
    sources, results, reader_of = _task(replace_seconds(options, 2), folder)
    calm = replace(results, folder=folder / "calm")
    calm.folder.mkdir()
    list(jobs.read_all(sources, calm, reader_of, 2))
    results.folder.mkdir()
    over, killed = threading.Event(), []
    thread = threading.Thread(target=_kill_now_and_then, args=(over, killed), daemon=True)
    thread.start()
    failed = [why for _, why in jobs.read_all(sources, results, reader_of, 2) if why]
    over.set()
    thread.join()
    results.sweep()
    same = {path.name: path.read_bytes() for path in results.folder.iterdir()} == {
        path.name: path.read_bytes() for path in calm.folder.iterdir()
    }
    equal = "yes" if same else "NO"
    print(f"{len(sources)} files, {len(killed)} processes killed: {len(failed)} failed; the same bytes: {equal}")


def measure_fer(options, folder):
    """Prints fer's figures and ours on the same film and one core."""
    film, reader = make_film(folder / "film.mp4", options.seconds), Reader(options.model)
    command = [options.python or sys.executable, "-c", FER, str(film)]
    environ = os.environ | {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    one_core = functools.partial(os.sched_setaffinity, 0, {min(os.sched_getaffinity(0))})
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environ, preexec_fn=one_core, check=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    one_core()
    started_s = time.perf_counter()
    ours = list(reader.video(film))
    spent_s = time.perf_counter() - started_s
    both = [
        (reading.faces[0].emotion, found[0][4])
        for reading, found in zip(ours, theirs["found"], strict=False)
        if reading.faces and found
    ]
    print("| | frames a second | frames with a face | most frequent word |\n|---|---|---|---|")
    _print_row(
        "fer",
        (len(theirs["found"]) - 1) / theirs["seconds"],
        [found[0][4] if found else None for found in theirs["found"]],
    )
    _print_row(
        reader.card.name, len(ours) / spent_s, [reading.faces[0].emotion if reading.faces else None for reading in ours]
    )
    agreed = np.mean([ours == theirs for ours, theirs in both])
    print(f"\nOf {len(both)} frames in which both find a face they say the same word in {agreed:.1%}.")


MEASUREMENTS = {
    "speed": measure_speed,
    "jobs": measure_jobs,
    "ray": measure_ray,
    "memory": measure_memory,
    "damaged": measure_damaged,
    "killed": measure_killed,
    "fer": measure_fer,
}


def replace_seconds(options, seconds):
    """The options with shorter films."""
    return argparse.Namespace(**vars(options) | {"seconds": seconds})


def _task(options, folder):
    card = Reader(options.model).card
    film = make_film(folder / "film.mp4", options.seconds)
    sources = []
    for number in range(options.files):
        path = folder / f"film-{number}.mp4"
        os.link(film, path)
        sources.append(Source(path, path.name))
    results = Results(folder / "results", card.name, card.file["sha256"], Options())
    return sources, results, functools.partial(Reader, card.name)


def _compare(ways, sources, results, reader_of):
    """Times each way over the same films; the time includes loading the networks in each process."""
    first_s = None
    for number, (name, read_all) in enumerate(ways.items()):
        here = replace(results, folder=results.folder.with_name(f"results-{number}"))
        here.folder.mkdir()
        started_s = time.perf_counter()
        failed = [why for _, why in read_all(sources, here, reader_of) if why]
        spent_s = time.perf_counter() - started_s
        first_s = first_s or spent_s
        frames = sum(here.told(source)["frames"] for source in sources)
        rate, times = frames / spent_s, first_s / spent_s
        print(f"{name}: {rate:.0f} frames a second, {times:.2f} times the first way's; {len(failed)} failed")


def _kill_now_and_then(over, killed):
    """Kills one of this process' own children every few seconds."""
    chance = random.Random(1)
    while not over.wait(KILL_S):
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        children += [
            child
            for task in Path(f"/proc/{os.getpid()}/task").iterdir()
            if task.name != str(os.getpid())
            for child in (task / "children").read_text().split()
        ]
        readers = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
        if readers:
            killed.append(chance.choice(readers))
            os.kill(int(killed[-1]), signal.SIGKILL)


def _outcome(reader, data):
    try:
        with Film(data) as film:
            read = sum(1 for _ in reader.video(film))
            return f"read to the end ({read} frames)" if not film.damage else "read up to where it is damaged"
    except BadVideo:
        return "refused in words"


def _flip(whole, chance, number):
    damaged = np.frombuffer(whole, np.uint8).copy()
    damaged[chance.integers(0, len(damaged), number)] ^= np.uint8(1) << chance.integers(0, 8, number, np.uint8)
    return damaged.tobytes()


def _memory_mb():
    """The memory of this process now on Linux, at its most elsewhere."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / MB
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print_row(name, rate, words):
    found = [word for word in words if word]
    most = Counter(found).most_common(1)
    word = f"{most[0][0]} ({most[0][1] / len(found):.0%})" if most else "–"
    print(f"| {name} | {rate:.1f} | {len(found) / len(words):.1%} | {word} |")


if __name__ == "__main__":
    main()
