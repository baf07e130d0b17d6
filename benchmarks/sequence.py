"""A moving picture with known faces, which the benchmarks send to the server."""

import math

import cv2
import numpy as np

SIZE = (640, 480)
FPS = 15
SECONDS = 24

_FACE = (225.0, 114.0, 96.0)
"""Centre and side of the face in the astronaut photo, in pixels, from the cascade's box."""


def play(fps=FPS, seconds=SECONDS, quality=70):
    """The frames of the sequence: tuples of (JPEG bytes, true faces as (centre x, centre y, side))."""
    from skimage import data

    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR)
    for number in range(int(fps * seconds)):
        frame, faces = _draw(photo, number / fps, seconds)
        yield cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes(), faces


def _draw(photo, t, seconds):
    """One frame: a face that moves, comes nearer and leans; a second face that comes and goes; a cut halfway."""
    part = t / seconds
    mirrored = part >= 0.5
    x = 330 + 115 * math.sin(1.3 * t + 2 * mirrored)
    y = 240 + 60 * math.sin(0.9 * t + 1 + 2 * mirrored)
    side = 115 + 45 * math.sin(0.5 * t)
    lean_deg = 8 * math.sin(0.7 * t)
    frame = _place(photo, (x, y, side), lean_deg, mirrored)
    faces = [(x, y, side)]
    if 0.25 <= part < 0.45:
        second = (75.0, 120.0 + 20 * math.sin(t), 80.0)
        _add(frame, photo, second, mirrored)
        faces.append(second)
    return frame, faces


def _place(photo, face, lean_deg, mirrored):
    picture = photo[:, ::-1] if mirrored else photo
    x0 = photo.shape[1] - _FACE[0] if mirrored else _FACE[0]
    turn = cv2.getRotationMatrix2D((x0, _FACE[1]), lean_deg, face[2] / _FACE[2])
    turn[:, 2] += face[0] - x0, face[1] - _FACE[1]
    method = cv2.INTER_CUBIC if face[2] > _FACE[2] else cv2.INTER_LINEAR
    return cv2.warpAffine(picture, turn, SIZE, flags=method, borderMode=cv2.BORDER_REPLICATE)


def _add(frame, photo, face, mirrored):
    """Another person: the face and shoulders alone, with a soft edge, drawn into the frame."""
    other = _place(photo, face, 0, not mirrored)
    mask = np.zeros(SIZE[::-1], np.uint8)
    centre = (round(face[0]), round(face[1]))
    cv2.ellipse(mask, centre, (round(face[2] * 0.65), round(face[2] * 0.8)), 0, 0, 360, 255, -1)
    soft = cv2.GaussianBlur(mask, (0, 0), 4)[:, :, None] / 255
    frame[:] = (other * soft + frame * (1 - soft)).astype(np.uint8)
