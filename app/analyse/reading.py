"""Reads one file: its readings one after the other, and on request the drawn copy and the faces' crops."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from app.analyse.drawn import DrawnFilm
from app.vision import drawing, faces, images
from app.vision.errors import BadImage
from app.vision.video import Film

MAX_PHOTO_PIXELS = 50_000_000


@dataclass(frozen=True)
class Options:
    """How files are read. `fps` is the most frames a second of a film, None for all. `annotate` and `faces` are
    folders for drawn pictures and for crops, or None."""

    fps: float | None = None
    annotate: Path | None = None
    faces: Path | None = None

    def to_json(self):
        """The options as a sidecar stores them."""
        return {
            "fps": self.fps,
            "annotate": None if self.annotate is None else str(self.annotate),
            "faces": None if self.faces is None else str(self.faces),
        }


def read(reader, source, options, stem, note=lambda *_: None):
    """The Readings of a source, one after the other.

    `stem` is the name of the files in the options' folders. `note(readings, faces, share)` is called after every
    reading with the counts so far and the completed share of the file, 0 to 1. The generator returns None, or a
    sentence that says from where on a film is damaged. Raises BadImage, BadVideo and OSError.
    """
    if source.looks_like_film():
        return (yield from _read_film(reader, source, options, stem, note))
    try:
        reading = reader.photo(source.path)
    except BadImage:
        if not source.is_named_film:
            raise
        return (yield from _read_film(reader, source, options, stem, note))
    if options.annotate or options.faces:
        _keep_photo(source, reading, options, stem)
    note(1, len(reading.faces), 1.0)
    yield replace(reading, file=source.name)


def _read_film(reader, source, options, stem, note):
    count = 0
    with ExitStack() as stack:
        film = stack.enter_context(Film(source.path))
        drawn = options.annotate and stack.enter_context(DrawnFilm(options.annotate / f"{stem}.mp4", film))
        for number, (frame, reading) in enumerate(reader.frames(film, source.name, options.fps), start=1):
            count += len(reading.faces)
            if drawn:
                drawn.add(frame, reading.faces)
            if options.faces:
                _keep_faces(frame.grey, reading.faces, options.faces, f"{stem}-{frame.number:06}")
            note(number, count, min(1.0, frame.time_s / film.duration_s) if film.duration_s else 0.0)
            yield reading
        return film.damage


def _keep_photo(source, reading, options, stem):
    data = source.path.read_bytes()
    if options.annotate:
        drawing.draw(data, reading.faces).save(options.annotate / f"{stem}.png")
    if options.faces:
        _keep_faces(images.decode(data, MAX_PHOTO_PIXELS), reading.faces, options.faces, stem)


def _keep_faces(grey, found, folder, stem):
    """Writes each face's crop, 48×48 grey levels as the network read it, as a PNG file."""
    for index, face in enumerate(found):
        crop = faces.crop(grey, face.box, face.tilt_deg)
        (folder / f"{stem}-{index}.png").write_bytes(cv2.imencode(".png", crop)[1].tobytes())
