"""The finder's exams: the share of faces found, by size and lean, and false faces, in photos and live pictures.

    python -m benchmarks.finding --data fer2013.csv.gz [--ferplus fer2013new.csv] [--faces N]
    python -m benchmarks.finding --cost

Faces of PublicTest (or of the held-out part of a user's own) are drawn into scenes of scikit-image's pictures and of
installed wallpapers, and compressed as JPEG of quality 85. With FER+'s votes, pictures that a rater called "no face"
are left out. A live picture is half a second: five frames at ten a second, in which the face sways and the camera is
noisy.
"""

import argparse
import time

import cv2
import numpy as np

from app.vision.constants import FIND
from app.vision.detection import Detection
from app.vision.finder import Eye, count_views, open_finder, view_sides
from app.vision.tracks import Tracks
from benchmarks import scenes
from training.data.load import load as load_faces
from training.data.votes import VOTE_WORDS

PHOTO = {"sizes": (30, 60, 100, 200, 300), "leans": (0, 15, 30, 45, 90, 135, 180)}
LIVE = {"sizes": (60, 100, 200), "leans": (0, 15, 30, 45)}
COVERS = {"sizes": (100, 200), "covers": ("glasses", "dark glasses", "mask"), "leans": (0, 20)}

COST = ((320, 240), (640, 480), (1280, 960), (2000, 1500), (4000, 3000), (5500, 4000), (12000, 1500))

FRAMES = 5
FPS = 10

AIMS = (
    ("photos, 60 px and more, 0 to 45°", "photo", lambda px, lean: px >= 60 and lean <= 45, 0.98),
    ("photos, 60 px and more, 0 to 180°", "photo", lambda px, lean: px >= 60, 0.90),
    ("live, upright, 60 px and more", "live", lambda px, lean: lean == 0, 0.98),
    ("live, 100 px and more, 0 to 45°", "live", lambda px, lean: px >= 100, 0.98),
    ("live, 60 px, leaning", "live", lambda px, lean: px == 60 and lean > 0, 0.90),
)


def main(arguments=None):
    """Runs the exams and prints the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.finding", description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="as for `python -m training`")
    parser.add_argument("--ferplus", help="as for `python -m training`")
    parser.add_argument("--faces", type=int, default=40, help="faces for each size and lean; 40 unless told")
    parser.add_argument("--share", type=float, default=1.0, help="share of the faceless pictures that are asked")
    parser.add_argument("--cost", action="store_true", help="print what photos of several sizes cost, and no exam")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    finder, rng = open_finder(), np.random.default_rng(0)
    if options.cost:
        return print_cost(finder)
    if not options.data:
        parser.error("--data names the faces that are drawn")
    faces = pictures_of(load_faces(options.data, options.ferplus))
    pictures = scenes.backgrounds()
    found = {
        "photo": exam(PHOTO, options.faces, faces, pictures, rng, lambda scene: in_photo(finder, scene)),
        "live": exam(LIVE, options.faces, faces, pictures, rng, lambda scene: in_live(finder, scene, rng)),
    }
    print_table("photos", PHOTO, found["photo"])
    print_table("live, within half a second", LIVE, found["live"])
    print_covers(finder, options.faces, faces, pictures, rng)
    print_aims(found)
    print_faceless(finder, [*pictures, *scenes.wallpapers()], options.share, rng)
    return None


def pictures_of(faces):
    """The held-out pictures that no rater called "no face", uint8 (n, 48, 48)."""
    held_out = faces.keep(np.isin(faces.splits, ("public", "validation")))
    if held_out.votes is None:
        return held_out.pictures
    return held_out.pictures[held_out.votes[:, VOTE_WORDS.index("nf")] == 0]


def exam(plan, count, faces, pictures, rng, find):
    """Whether `find` found the face, and its count of false faces: {(px, lean): [(found, false)]}."""
    return {
        (px, lean): [find(scene_of(faces, pictures, px, lean, rng)) for _ in range(count)]
        for px in plan["sizes"]
        for lean in plan["leans"]
    }


def scene_of(faces, pictures, px, lean_deg, rng, cover=None):
    """A grey scene after JPEG, and the true Detection."""
    face, background = faces[rng.integers(len(faces))], pictures[rng.integers(len(pictures))]
    lean_deg *= int(rng.choice([-1, 1]))
    picture, (x, y, side) = scenes.scene(face, background, px, lean_deg, rng, cover)
    return sent(picture), Detection(x, y, side, 1.0, lean_deg)


def sent(picture):
    """The grey levels of a colour picture after JPEG of quality 85."""
    return cv2.imdecode(cv2.imencode(".jpg", picture[:, :, ::-1], (cv2.IMWRITE_JPEG_QUALITY, 85))[1], 0)


def in_photo(finder, scene):
    """Whether a photo's face was found, and the count of false faces."""
    grey, truth = scene
    return met(finder.photo(grey), truth)


def in_live(finder, scene, rng):
    """The same for the last frame of a live picture, in which the face sways and the camera is noisy."""
    grey, truth = scene
    tracks = Tracks()
    for number in range(FRAMES):
        sway = 3 * np.sin(number)
        frame = cv2.warpAffine(grey, np.float32([[1, 0, sway], [0, 1, 0]]), grey.shape[::-1], borderMode=2)
        frame = np.clip(frame + rng.normal(0, 4, frame.shape), 0, 255).astype(np.uint8)
        shown = tracks.follow(number / FPS, grey.shape[::-1], Eye(finder, frame))
    return met([track.place for track in shown], truth.at(truth.x + sway, truth.y))


def met(found, truth):
    """Whether one of the found faces has the true place and lean, and how many others there are."""
    hits = [
        face.gap(truth) < 0.35 * truth.side
        and 0.5 < face.side / truth.side < 1.8
        and abs((face.tilt_deg - truth.tilt_deg + 180) % 360 - 180) < 45
        for face in found
    ]
    return any(hits), hits.count(False)


def print_table(title, plan, found):
    """Prints the share of faces found by size and lean, and the count of false faces."""
    print(f"{title}: share found\n{'lean':>8}" + "".join(f"{px:>8} px" for px in plan["sizes"]))
    for lean in plan["leans"]:
        cells = [np.mean([hit for hit, _ in found[px, lean]]) for px in plan["sizes"]]
        print(f"{lean:>7}°" + "".join(f"{share:>11.3f}" for share in cells))
    asked = [false for results in found.values() for _, false in results]
    print(f"{sum(asked)} false faces in {len(asked)} pictures\n")


def print_covers(finder, count, faces, pictures, rng):
    """Prints the share of covered faces found in photos."""
    for cover in COVERS["covers"]:
        hits = [
            in_photo(finder, scene_of(faces, pictures, px, lean, rng, cover))[0]
            for px in COVERS["sizes"]
            for lean in COVERS["leans"]
            for _ in range(count)
        ]
        print(f"photos, {cover} drawn on, 100 and 200 px, to 20°: {np.mean(hits):.3f} of {len(hits)}")
    print()


def print_aims(found):
    """Prints the targets and the results."""
    for title, kind, belongs, aim in AIMS:
        hits = [hit for place, results in found[kind].items() if belongs(*place) for hit, _ in results]
        print(f"{title}: {np.mean(hits):.3f} of {len(hits)} (aim {aim:.2f})")
    print()


def print_faceless(finder, pictures, share, rng):
    """Prints how many pictures without a face have a false one."""
    asked = [grey for grey in map(sent, scenes.faceless(pictures, rng)) if rng.random() < share]
    false = [len(finder.photo(grey)) for grey in asked]
    print(f"faceless pictures with a false face: {np.count_nonzero(false)} of {len(false)} (aim 1 in 100)")


def print_cost(finder):
    """Prints the number of views in which an empty photo is searched, upright and turned, and the milliseconds."""
    print(f"{'photo':>14}{'megapixels':>12}{'views':>8}{'turned':>8}{'smallest':>10}{'ms':>8}")
    for width, height in COST:
        grey = np.full((height, width), 128, np.uint8)
        started = time.perf_counter()
        finder.photo(grey)
        spent_ms = (time.perf_counter() - started) * 1000
        upright = count_views((height, width), FIND.most_views)
        turned = [count_views(shape, FIND.most_turned_views) for shape in ((width, height), (height, width))]
        counts = (upright, 2 * turned[0] + turned[1])
        smallest = view_sides((height, width), FIND.most_views)[-1]
        print(f"{width:>7}×{height:<6}{width * height / 1e6:>12.1f}{counts[0]:>8}{counts[1]:>8}", end="")
        print(f"{smallest:>7.0f} px{spent_ms:>8.0f}")


if __name__ == "__main__":
    main()
