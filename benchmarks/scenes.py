"""Pictures for the finder's exams: faces of a data set drawn into scenes, and pictures without any face."""

from itertools import count
from pathlib import Path

import cv2
import numpy as np

SIZE = (640, 480)
SOFT = 0.06
"""Width of a drawn face's soft edge, in sides: the finder would react to a hard edge alone."""

FACED = ("astronaut", "lfw_subset", "camera", "microaneurysms", "phantom", "multipage", "tiny", "color", "disp")
"""Pictures of skimage that show a face, or do not look like a camera's pictures."""

WALLPAPERS = ("/usr/share/backgrounds", "/usr/share/wallpapers")
"""Folders of Debian's packages gnome-, mate- and sway-backgrounds, ukui-, lomiri- and plasma-workspace-wallpapers."""

LONGEST_PX = 1600
CROPS = 2
"""Crops of a picture that are searched beside the whole."""


def backgrounds():
    """Colour pictures without a face that come with scikit-image: list of uint8 (height, width, 3)."""
    from skimage import data, io

    paths = sorted(Path(data.__file__).parent.glob("*.[jp][pn]g"))
    paths = [path for path in paths if not any(name in path.name for name in FACED)]
    return [_colour(io.imread(path)) for path in paths]


def wallpapers(folders=WALLPAPERS):
    """The installed wallpapers, one of each name, at most LONGEST_PX long: list of uint8 (height, width, 3)."""
    pictures = {}
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*.[jp][pn]g")):
        name = path.parents[2].name if path.parent.name.startswith("images") else path.stem
        if name not in pictures and (picture := cv2.imread(str(path))) is not None:
            scale = min(1, LONGEST_PX / max(picture.shape))
            pictures[name] = cv2.resize(picture[:, :, ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return list(pictures.values())


def faceless(pictures, rng, drawings=60):
    """Pictures without a face: each whole, CROPS crops of it, and drawings, pages of text and textures."""
    for picture in pictures:
        yield picture
        height, width = picture.shape[:2]
        for _ in range(CROPS):
            share = rng.uniform(0.3, 0.7)
            h, w = max(48, int(height * share)), max(48, int(width * share))
            top, left = rng.integers(0, max(1, height - h)), rng.integers(0, max(1, width - w))
            yield picture[top : top + h, left : left + w]
    for number in range(drawings):
        yield (_drawing, _page, _texture)[number % 3](rng)


def scene(face, background, px, lean_deg, rng, cover=None):
    """A picture of SIZE with a face of `px` pixels that leans, and its place (x, y, px).

    `face` is uint8 (48, 48) grey, `background` colour; `cover` is None or a cover that `covered` draws.
    """
    picture = cv2.resize(_part(background, rng), SIZE, interpolation=cv2.INTER_AREA)
    reach = 0.5 * px * (abs(np.cos(np.radians(lean_deg))) + abs(np.sin(np.radians(lean_deg))))
    x, y = (float(rng.uniform(min(reach, n / 2), max(n - reach, n / 2))) for n in SIZE)
    return draw(picture, covered(face, cover), (x, y, px), lean_deg), (x, y, px)


def draw(picture, face, place, lean_deg=0.0):
    """A copy of a colour picture with a face drawn at (x, y, side), leaning clockwise."""
    x, y, px = place
    big = 480
    face = cv2.resize(face, (big, big), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros((big, big), np.float32)
    margin = round(SOFT * big)
    mask[margin:-margin, margin:-margin] = 1
    mask = cv2.blur(mask, (2 * margin - 1, 2 * margin - 1))
    scale = px / big
    shrink = min(1.0, 2 * scale)  # area averages first: turning alone would alias
    face, mask = (cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) for part in (face, mask))
    middle = (face.shape[0] - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), -lean_deg, scale / shrink)
    turn[:, 2] += x - 0.5 - middle, y - 0.5 - middle
    size = picture.shape[1::-1]
    mask = cv2.warpAffine(mask, turn, size)[:, :, None]
    face = cv2.warpAffine(face, turn, size, borderMode=cv2.BORDER_REPLICATE)[:, :, None]
    tint = np.array([1.04, 0.99, 0.95], np.float32)  # a faint skin tint for scenes in colour
    return np.clip(picture * (1 - mask) + face * tint * mask, 0, 255).astype(np.uint8)


def covered(face, cover):
    """The face with glasses, dark glasses or a mask drawn on, or unchanged: uint8 (48, 48)."""
    big = cv2.resize(face, (480, 480), interpolation=cv2.INTER_CUBIC)
    if cover in ("glasses", "dark glasses"):
        filled = -1 if cover == "dark glasses" else 12
        for x in (160, 320):
            cv2.ellipse(big, (x, 180), (60, 45), 0, 0, 360, 40, filled, cv2.LINE_AA)
        cv2.line(big, (220, 170), (260, 170), 40, 10, cv2.LINE_AA)
        cv2.line(big, (60, 160), (100, 170), 40, 10, cv2.LINE_AA)
        cv2.line(big, (380, 170), (420, 160), 40, 10, cv2.LINE_AA)
    elif cover == "mask":
        points = np.array([(90, 280), (240, 250), (390, 280), (360, 430), (240, 470), (120, 430)])
        cv2.fillPoly(big, [points], 215, cv2.LINE_AA)
    return cv2.resize(big, (48, 48), interpolation=cv2.INTER_AREA) if cover else face


def _part(picture, rng):
    height, width = picture.shape[:2]
    h = min(height, width * 3 // 4)
    w = h * 4 // 3
    top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
    return picture[top : top + h, left : left + w]


def _colour(picture):
    picture = picture if picture.ndim == 2 else picture[:, :, :3]
    if picture.dtype == bool:
        picture = picture * np.uint8(255)
    return np.ascontiguousarray(np.dstack([picture] * 3) if picture.ndim == 2 else picture)


def _drawing(rng):
    picture = np.full((480, 640, 3), rng.integers(120, 256, 3), np.uint8)
    for _ in range(rng.integers(5, 40)):
        colour = tuple(int(n) for n in rng.integers(0, 256, 3))
        x, y, size = int(rng.integers(0, 640)), int(rng.integers(0, 480)), int(rng.integers(4, 120))
        kind = rng.integers(0, 3)
        if kind == 0:
            cv2.circle(picture, (x, y), size, colour, int(rng.choice([-1, 2, 6])), cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(picture, (x, y), (x + 2 * size, y + size), colour, int(rng.choice([-1, 3])))
        else:
            cv2.line(picture, (x, y), (x + size, y + 2 * size), colour, 3, cv2.LINE_AA)
    return picture


def _page(rng):
    picture = np.full((640, 480, 3), 245, np.uint8)
    for row in range(24, 620, int(rng.integers(14, 40))):
        words = "".join(rng.choice(list("abcdefghij klmnop qrstuvw xyz OQ08 "), 60))
        cv2.putText(picture, words, (20, row), int(rng.integers(0, 8)), 0.5, (20, 20, 20), 1, cv2.LINE_AA)
    return picture


def _texture(rng):
    picture = np.zeros((480, 640, 3), np.float32)
    for octave in count(2):
        grain = 2**octave
        if grain > 128:
            break
        noise = rng.normal(0, 1, (grain * 3, grain * 4, 3)).astype(np.float32) / rng.uniform(1, grain)
        picture += cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    return cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
