"""Each model's accuracy on faces as a cheap webcam in a dim room shows them, through the live pipeline.

    python -m benchmarks.reading --data fer2013.csv.gz --ferplus fer2013new.csv [--limit N]

Each of N pictures of PublicTest (or of the held-out part of a user's own) becomes a clip: the face, enlarged,
sways a little in front of a blurred copy of itself, and every frame is darkened, smeared, noisy and JPEG-coded twice.
The server's own pipeline reads the clip as it reads a client's frames, with tracks, and the last reply counts: by the
label, and by the majority of FER+'s votes. "Balanced" is the mean of the labels' recalls.
"""

import argparse
import math

import cv2
import numpy as np

from app.config import load
from app.vision.emotions import Models
from app.vision.pipeline import Analyser
from app.vision.tracks import Tracks
from training.data.labels import SIX
from training.data.load import load as load_faces
from training.data.votes import truths
from training.scoring.probe import sample, webcam

SIZE = (640, 480)
FACE_PX = 220
"""Side at which a 48×48 picture is shown: somebody at arm's length."""

FRAMES = 8
FPS = 10


def main(arguments=None):
    """Plays the clips to every model and prints the accuracies."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="as for `python -m training`")
    parser.add_argument("--ferplus", help="as for `python -m training`")
    parser.add_argument("--limit", type=int, default=500, help="so many pictures; 500 unless told")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    settings = load()
    models = Models(settings["MODELS"], settings["MODEL"])
    faces = sample(load_faces(options.data, options.ferplus), SIX, options.limit)
    print_table(read(models, faces), truths(faces), len(faces))


def read(models, faces):
    """Each model's answers to the clips: {name: (words, certain)}, int64 (n,) an index into the Faces' words or
    -1 where no face was found, and bool (n,)."""
    names = [name for name, card in models.cards.items() if set(faces.words) <= set(card.labels)]
    analysers = {name: Analyser(models, *[SIZE[0] * SIZE[1]] * 2) for name in names}
    answers = {name: (np.full(len(faces), -1), np.zeros(len(faces), bool)) for name in names}
    for place, picture in enumerate(faces.pictures):
        frames = list(play(picture, np.random.default_rng(place)))
        for name, (words, certain) in answers.items():
            tracks = Tracks()
            for number, frame in enumerate(frames):
                seen = analysers[name].frame(frame, tracks, name, number, number / FPS).faces
            if seen:
                words[place] = np.argmax([seen[0].emotions[word] for word in faces.words])
                certain[place] = seen[0].certain
    return answers


def play(picture, rng):
    """The clip's frames as a browser sends them, JPEG bytes."""
    shades = cv2.resize(cv2.GaussianBlur(picture, (0, 0), 12), SIZE)
    face = cv2.resize(picture, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)
    left, top = (int(rng.integers(10, length - FACE_PX - 10)) for length in SIZE)
    for number in range(FRAMES):
        x, y = left + round(8 * math.sin(number / 2)), top + round(4 * math.cos(number / 2))
        frame = shades.copy()
        frame[y : y + FACE_PX, x : x + FACE_PX] = face
        yield cv2.imencode(".jpg", webcam(frame, rng), [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()


def print_table(answers, right, count):
    """Prints a row for each model: the share of clips in which a face was found, then the accuracy on these."""
    print(
        f"{count} clips\n{'':16}{'found':>8}"
        + "".join(f"{by:>10}{'balanced':>10}" for by in right)
        + f"{'certain':>10}"
    )
    for name, (words, certain) in answers.items():
        found = words >= 0
        cells = [f"{found.mean():>8.3f}"]
        for truth in right.values():
            asked = found & (truth >= 0)
            hits = (words == truth)[asked]
            recalls = [hits[truth[asked] == word].mean() for word in np.unique(truth[asked])]
            cells.append(f"{hits.mean():>10.3f}{np.mean(recalls):>10.3f}")
        print(f"{name:16}{''.join(cells)}{certain[found].mean():>10.3f}")


if __name__ == "__main__":
    main()
