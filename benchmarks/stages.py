"""The cost of a live frame by step: the server's way against a plain way and a floor, on one moving picture.

    python -m benchmarks.stages [--model NAME] [--fps F] [--seconds S]

The plain way decodes, runs Haar's default cascade at 1.1 and a least size of 12 % of the short side over
the full grey frame, and calls the network for each face, every frame. The floor decodes and calls the
network once. All three take the frames in turns in one run on one core, so that other load on the
machine affects all of them; the reliable figures are the ratios.
"""

import argparse
import time
from collections import defaultdict

import cv2
import numpy as np

from app import create_app
from app.config import load
from app.vision import faces, images
from app.vision.emotions import Models
from app.vision.pipeline import Analyser
from app.vision.tracks import Tracks
from benchmarks import sequence

NAMES = {"crop": "  crop (in detect)", "socket": "+ socket"}


def main(arguments=None):
    """Runs the comparison and prints it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="", help="the network that reads; the default one where absent")
    parser.add_argument("--fps", type=float, default=sequence.FPS, help="frames a second of the picture")
    parser.add_argument("--seconds", type=float, default=sequence.SECONDS, help="length of the picture")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    settings = load()
    models = Models(settings["MODELS"], options.model or settings["MODEL"])
    print_table(models.default, *compare(models, options.fps, options.seconds), options)


def compare(models, fps, seconds):
    """Milliseconds a frame by way and step, and (found, false, true) faces by way."""
    ways = {"ours": Ours(models), "plain": Plain(models.get().open()), "floor": Floor(models.get().open())}
    socket = Socket(models)
    times_ms = {way: defaultdict(list) for way in ways}
    counts = {way: np.zeros(3, int) for way in ways}
    for number, (data, truth) in enumerate(sequence.play(fps, seconds)):
        for way, read in ways.items():
            started = time.perf_counter()
            boxes, steps_ms = read(data, number / fps)
            steps_ms["total"] = (time.perf_counter() - started) * 1000
            for step, spent_ms in steps_ms.items():
                times_ms[way][step].append(spent_ms)
            counts[way] += count(boxes, truth)
        times_ms["ours"]["crop"].append(time_crops_ms(data, ways["ours"].answer))
        times_ms["ours"]["socket"].append(socket.time_ms(data, ways["ours"].answer))
    return times_ms, counts


class Ours:
    """The server's own way with a frame; `answer` is its last Analysis."""

    def __init__(self, models):
        self._analyser = Analyser(models, 10**8, 10**8)
        self._tracks = Tracks()
        self.answer = None

    def __call__(self, data, now_s):
        self.answer = self._analyser.frame(data, self._tracks, now_s=now_s)
        return [face.box for face in self.answer.faces], dict(self.answer.timing_ms)


class Socket:
    """The cost of Socket.IO's packets and dispatch: a real round trip, with an analyser that returns a given
    answer. The WebSocket below is not measured; benchmarks.load measures everything."""

    def __init__(self, models):
        self.models = models
        self._answer = None
        app = create_app({}, self)
        self._client = app.extensions["socketio"].test_client(app)

    def frame(self, data, tracks, model=None, seq=None):
        """Stands in for the analyser: returns the given answer."""
        return self._answer

    def time_ms(self, data, answer):
        """Milliseconds from a frame's packet to its acknowledgement's."""
        self._answer = answer
        started = time.perf_counter()
        self._client.emit("frame", data, {"seq": 1}, callback=True)
        return (time.perf_counter() - started) * 1000


class Plain:
    """The plain way: every frame is searched whole."""

    def __init__(self, classifier):
        self._classifier = classifier
        self._cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")

    def __call__(self, data, now_s):
        moments = [time.perf_counter()]
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        moments.append(time.perf_counter())
        least = round(0.12 * min(grey.shape))
        boxes = self._cascade.detectMultiScale(grey, 1.1, minSize=(least, least))
        moments.append(time.perf_counter())
        self._classifier.classify(faces.crops(grey, boxes))
        moments.append(time.perf_counter())
        return boxes, dict(zip(("decode", "detect", "classify"), np.diff(moments) * 1000, strict=True))


class Floor:
    """The floor: decoding and one call of the network."""

    def __init__(self, classifier):
        self._classifier = classifier
        self._face = np.full((1, 48, 48), 128, np.uint8)

    def __call__(self, data, now_s):
        moments = [time.perf_counter()]
        images.decode(data, 10**8)
        moments.append(time.perf_counter())
        self._classifier.classify(self._face)
        moments.append(time.perf_counter())
        return [], dict(zip(("decode", "classify"), np.diff(moments) * 1000, strict=True))


def time_crops_ms(data, answer):
    """Milliseconds of cropping a reply's faces, measured separately; `detect` includes them."""
    grey = images.decode(data, 10**8)
    started = time.perf_counter()
    faces.crops(grey, [face.box for face in answer.faces])
    return (time.perf_counter() - started) * 1000


def count(boxes, truth):
    """(found, false, true): faces that a box matches, boxes that match no face, and all faces."""
    met = [[_meets(box, face) for face in truth] for box in boxes]
    found = sum(any(row[index] for row in met) for index in range(len(truth)))
    return found, sum(not any(row) for row in met), len(truth)


def print_table(model, times_ms, counts, options):
    """Prints the milliseconds, the ratios and the faces."""
    mean_ms = {way: {step: np.mean(ms) for step, ms in steps.items()} for way, steps in times_ms.items()}
    print(f"model {model}; {len(times_ms['ours']['total'])} frames of 640×480 at {options.fps:g} a second, one core")
    print(f"{'ms a frame (mean)':20}" + "".join(f"{way:>10}" for way in mean_ms))
    for step in ("decode", "detect", "classify", "total", "crop", "socket"):
        print(
            f"{NAMES.get(step, step):20}"
            + "".join(f"{steps[step]:10.2f}" if step in steps else " " * 10 for steps in mean_ms.values())
        )
    ours, plain, floor = (mean_ms[way]["total"] for way in ("ours", "plain", "floor"))
    print(f"{'frames a second':20}" + "".join(f"{1000 / ms:10.1f}" for ms in (ours, plain, floor)))
    print(f"ours against the plain way: {plain / ours:.1f} times the frames a second")
    print(f"ours against the floor:     {ours / floor:.2f} times its time")
    for way in ("ours", "plain"):
        found, false, true = counts[way]
        print(f"{way:6}found {found} of {true} faces ({found / true:.1%}), {false} false")
    print(f"ours finds {counts['ours'][0] / max(counts['plain'][0], 1):.1%} as many faces as the plain way")


def _meets(box, face):
    x, y, width, height = (float(n) for n in box)
    near = np.hypot(x + width / 2 - face[0], y + height / 2 - face[1]) < 0.35 * face[2]
    return near and 0.5 < max(width, height) / face[2] < 1.8


if __name__ == "__main__":
    main()
