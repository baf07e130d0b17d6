"""The interface for Python programs and notebooks: photos and films in, faces with emotions out.

    from app.vision import Reader        # in a clone; `from lets_face_it import Reader` after `pip install .`

    reader = Reader(model="ferplus")
    print(reader.photo("me.jpg").faces[0].emotion)
    table = pandas.DataFrame(row for reading in reader.video("film.mp4") for row in reading.rows())

Reader reads no environment variable, starts no server and sends nothing anywhere.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.vision.bounds import MIN_SIDE_PX
from app.vision.constants import LIMITS
from app.vision.contract import CARD
from app.vision.detection import LANDMARKS
from app.vision.emotions import PREFERRED, Classifier
from app.vision.errors import BadImage, NoModel, UnknownModel
from app.vision.pipeline import Analyser, Analysis
from app.vision.tracks import Tracks
from app.vision.video import Film

MAX_PHOTO_PIXELS = 50_000_000
"""Pixels of a photo, read from its header before any is decoded: a small file can decode to gigabytes."""

PLACE = ("box_x", "box_y", "box_width", "box_height")
_FIXED = ("file", "frame", "time_s", "face", *PLACE, "tilt_deg", "turn", "emotion", "certain", "score", "track")


@dataclass(frozen=True)
class Reading:
    """The faces of one photo, or of one frame of a film.

    `file` is the path as given, None for bytes and arrays. `frame` counts a film's frames from 0 and is 0 for a photo;
    `time_s` is the frame's own time in seconds, None for a photo. `analysis` holds the faces, largest first.
    """

    file: str | None
    frame: int
    time_s: float | None
    analysis: Analysis

    @property
    def faces(self):
        """The faces, a tuple of pipeline.Face, largest first; empty where there is none."""
        return self.analysis.faces

    def to_json(self):
        """The reading as a dict that `json.dumps` takes; without timings, so that equal files give equal readings."""
        content = {"file": self.file, "frame": self.frame, "time_s": self.time_s, **self.analysis.to_json()}
        del content["timing_ms"]
        return content

    def rows(self):
        """One flat dict a face, as `rows` gives them: what `pandas.DataFrame` takes."""
        return rows(self.to_json())


class Reader:
    """Reads the faces of photos and films with one model. Belongs to one thread at a time.

    `model` names a folder in `models`; without it the first of emotions.PREFERRED that is there is taken, else any.
    `models` is the folder that holds the model folders, this package's own where it is absent. Raises UnknownModel,
    NoModel or BadModel.
    """

    def __init__(self, model=None, models=None, max_photo_pixels=MAX_PHOTO_PIXELS):
        folder = Path(models) if models else _own_models()
        classifier = Classifier(folder / _choose(folder, model))
        self._analyser = Analyser(_OneModel(classifier), max_photo_pixels, max_photo_pixels)
        self._model = classifier.card.name

    @classmethod
    def of(cls, analyser, model=None):
        """A Reader over an existing analyser, with the model of a name or the default."""
        reader = cls.__new__(cls)
        reader._analyser, reader._model = analyser, model
        return reader

    @property
    def card(self):
        """The model's card: its labels, its scores, its file's sha256."""
        return self._analyser.models.get(self._model).card

    def photo(self, photo):
        """The Reading of a photo: a path, a file's bytes, or an array of pixels.

        An array is uint8, grey (height, width) or colour (height, width, 3) in the order red, green, blue; OpenCV's
        `imread` gives blue, green, red, so turn it round first: `picture[:, :, ::-1]`. Raises BadImage and OSError.
        """
        if isinstance(photo, np.ndarray):
            return Reading(None, 0, None, self._analyser.read_photo(_grey(photo), self._model))
        if isinstance(photo, bytes | bytearray | memoryview):
            return Reading(None, 0, None, self._analyser.photo(bytes(photo), self._model))
        return Reading(str(photo), 0, None, self._analyser.photo(Path(photo).read_bytes(), self._model))

    def photos(self, photos):
        """An iterator of the Readings of photos, in their order; raises at the first that cannot be read."""
        return map(self.photo, photos)

    def video(self, film, fps=None):
        """An iterator of the Readings of a film's frames, those without a face too.

        `film` is a path, a file's bytes or an open video.Film. `fps` limits the frames that are read from
        each second of the film. A face keeps its `track` number while it is followed. Raises BadVideo and OSError.
        """
        if isinstance(film, Film):
            yield from (reading for _, reading in self.frames(film, None, fps))
            return
        with Film(film) as opened:
            name = None if isinstance(film, bytes) else str(film)
            yield from (reading for _, reading in self.frames(opened, name, fps))

    def frames(self, film, file=None, fps=None):
        """Pairs (video.Frame, Reading) of an open film: for programs that also draw on the pixels."""
        tracks, now_s = Tracks(LIMITS.photo_faces, LIMITS.photo_faces), 0.0  # a video call shows many faces
        for frame in film.frames(fps):
            now_s = max(now_s, frame.time_s)  # the times of a damaged film may go back
            analysis = self._analyser.read_frame(frame.grey, tracks, self._model, now_s=now_s)
            yield frame, Reading(file, frame.number, frame.time_s, analysis)


class _OneModel:
    """One classifier behind the interface of Models, for Analyser."""

    def __init__(self, classifier):
        self._classifier = classifier

    def get(self, _name=None):
        return self._classifier


def columns(labels):
    """The columns of the rows that a model with these labels gives, in their order."""
    points = [f"{name}_{axis}" for name in LANDMARKS for axis in "xy"]
    front, back = _FIXED[:8], _FIXED[8:]
    return [*front, *points, *back[:2], *map(emotion_column, labels), *back[2:]]


def emotion_column(label):
    """The column of an emotion's probability: the label itself, unless another column has that name."""
    return f"emotion_{label}" if label in _FIXED else label


def rows(content):
    """Flat dicts of a reading's JSON, one a face; one with None in place of a face where there is none.

    `face` counts the frame's faces from 0, largest first. Lengths are pixels of the upright picture. Frames without a
    face have a row, so that shares of a film's time can be computed from the table.
    """
    frame = {name: content[name] for name in ("file", "frame", "time_s")}
    return [frame | _row(index, face) for index, face in enumerate(content["faces"])] or [frame | {"face": None}]


def _row(index, face):
    points = face["landmarks"] or {}
    return (
        {"face": index}
        | dict(zip(PLACE, face["box"], strict=True))
        | {f"{name}_{axis}": n for name, point in points.items() for axis, n in zip("xy", point, strict=True)}
        | {"tilt_deg": face["tilt_deg"], "turn": face["turn"]}
        | {emotion_column(label): p for label, p in face["emotions"].items()}
        | {"emotion": face["emotion"], "certain": face["certain"], "score": face["score"]}
        | {"track": face.get("track")}
    )


def _own_models():
    """The models that came with the package: beside this file once installed, at the root of a clone."""
    here = Path(__file__).resolve().parent
    return next((folder for folder in (here / "models", here.parent.parent / "models") if folder.is_dir()), here)


def _choose(folder, model):
    names = sorted(path.parent.name for path in folder.glob(f"[!._]*/{CARD}"))
    if not names:
        raise NoModel(f"there is no model in {folder}")
    if model and model not in names:
        raise UnknownModel(f"there is no model {model!r}; there are {', '.join(names)}")
    return next(name for name in (model, *PREFERRED, *names) if name in names)


def _grey(pixels):
    if pixels.dtype != np.uint8 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        came = f"{pixels.dtype} {pixels.shape}"
        raise BadImage("unreadable", f"pixels are uint8 (height, width) or (height, width, 3) in RGB, not {came}")
    if min(pixels.shape[:2]) < MIN_SIDE_PX:
        raise BadImage(
            "unreadable", f"a picture has {MIN_SIDE_PX}×{MIN_SIDE_PX} pixels or more, not {pixels.shape[:2]}"
        )
    pixels = np.ascontiguousarray(pixels)
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
