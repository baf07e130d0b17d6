"""Trains the judge, the network that tells faces from other crops, and writes it as a file that the finder reads.

The negatives are crops that the finder's network takes for faces in pictures without faces, other parts of these
pictures, and faces that are shuffled in parts, turned upside down or far too near. Half of all crops, faces included,
are set into other backgrounds, so that an edge does not give the answer away. A fifth of the pictures, by name, is
held out.
"""

import zlib
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers

from app.vision.contract import FACE_SIZE
from app.vision.finder import LAX_SCORE, Finder
from app.vision.views import cut
from training.export.litert import INPUT_SHAPE, to_litert

PATCH_PX = 72
"""Side of a harvested patch, one and a half times the face's: room to move and turn it."""

SHARE_HELD_OUT = 5
FACES_KEPT = 0.98
"""Share of the held-out faces that the printed threshold keeps."""

_SOFT = cv2.blur(np.pad(np.ones((42, 42), np.float32), 3), (5, 5))


def train(faces, folders, epochs=16, count=9000, seed=0):
    """A fitted keras.Model from crops, float32 (n, 48, 48, 1) grey levels, to (n, 1): how likely each shows a face.

    `faces` is a Faces whose training split is used; `folders` hold pictures without faces. Every epoch
    draws `count` faces and as many negatives anew, and prints the loss and the held-out shares.
    """
    rng = np.random.default_rng(seed)
    learnt, held_out = (faces.split(name).pictures for name in ("training", "public"))
    pictures, others = read_folders(folders)
    drawer = Drawer(learnt, pictures, harvest(pictures, rng), rng)
    false = np.array([_middle(patch) for patch, score in harvest(others, rng) if score > 0])
    network = build()
    rate = keras.optimizers.schedules.CosineDecay(3e-3, epochs * 2 * count // 128)
    loss = keras.losses.BinaryCrossentropy(label_smoothing=0.02)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), loss)
    for epoch in range(epochs):
        crops, truth = drawer.draw(count)
        history = network.fit(crops, truth, batch_size=128, verbose=0)
        threshold, kept = shares(network, held_out, false)
        print(
            f"epoch {epoch + 1}: loss {history.history['loss'][0]:.3f}; at {FACES_KEPT:.0%} of held-out faces", end=""
        )
        print(f" (from {threshold:.2f} on) {kept:.1%} of {len(false)} held-out false ones are kept", flush=True)
    return network


def export(network, path):
    """Writes the network as a LiteRT file with a batch size of 1."""
    face = keras.Input(batch_shape=INPUT_SHAPE)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_litert(keras.Model(face, network(face)), "float16"))


def shares(network, faces, false):
    """The threshold that keeps FACES_KEPT of the faces, and the share of the negatives that it keeps."""
    threshold = float(np.quantile(_ask(network, faces), 1 - FACES_KEPT))
    return threshold, float((_ask(network, false) >= threshold).mean()) if len(false) else 0.0


def build():
    """The network: separable convolutions, 40,000 parameters."""
    crop = keras.Input((FACE_SIZE, FACE_SIZE, 1))
    x = layers.Rescaling(1 / 127.5, -1)(crop)
    x = _norm(layers.Conv2D(16, 3, 2, "same", use_bias=False)(x))
    for channels, stride in ((32, 1), (48, 2), (64, 1), (96, 2), (96, 1), (128, 2)):
        x = _norm(layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x))
        x = _norm(layers.Conv2D(channels, 1, use_bias=False)(x))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(crop, layers.Dense(1, activation="sigmoid")(x))


def read_folders(folders):
    """The pictures below folders as grey levels, at most 900 px long: the training and the held-out ones."""
    parts = [], []
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*.[jpJP][pnPN]*[gG]")):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is not None and min(picture.shape) >= FACE_SIZE:
            scale = min(1, 900 / max(picture.shape))
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            parts[zlib.crc32(path.stem.encode()) % SHARE_HELD_OUT == 0].append(small)
    return parts


def harvest(pictures, rng):
    """Patches that the finder's network takes for faces, at a low threshold: [(patch, score)], patches uint8 (72, 72).

    The score is 0 where the network saw no face close up. Every picture is searched twice: unchanged, and turned with
    another gamma, sometimes as its negative.
    """
    finder, patches = Finder(), []
    for picture in pictures:
        levels = 255 * (picture / 255.0) ** rng.uniform(0.5, 2)
        changed = np.rot90(levels if rng.random() < 0.7 else 255 - levels, rng.integers(1, 4))
        for grey in (picture, np.ascontiguousarray(changed, np.uint8)):
            for candidate in finder.candidates(grey, LAX_SCORE):
                first = finder.near(grey, candidate, LAX_SCORE)
                face = (first and finder.near(grey, first, LAX_SCORE)) or first or candidate
                patch = cut(grey, face.x, face.y, 1.5 * face.side, face.tilt_deg, PATCH_PX).pixels
                patches.append((patch, face.score if first else 0.0))
    return patches


class Drawer:
    """Draws random crops of faces and of negatives."""

    def __init__(self, faces, pictures, patches, rng):
        self._faces, self._pictures, self._rng = faces, pictures, rng
        self._patches = [patch for patch, _ in patches]
        weights = np.array([max(score, 0.1) ** 1.5 for _, score in patches])
        self._weights = weights / weights.sum()

    def draw(self, count):
        """Shuffled crops, float32 (2 · count, 48, 48, 1), and their labels, float32 (2 · count,): 1 for a face."""
        crops = [self._face() for _ in range(count)] + [self._other() for _ in range(count)]
        order = self._rng.permutation(2 * count)
        return np.array(crops, np.float32)[order, :, :, None], np.repeat((1.0, 0.0), count)[order]

    def _face(self):
        face = self._covered(self._any_face())
        return self._seen(self._set(face) if self._rng.random() < 0.5 else face, 7, 1.0)

    def _other(self):
        kind = self._rng.random()
        if kind < 0.65:
            patch = self._patch() if kind < 0.45 else self._part()
            small = cv2.resize(patch, (FACE_SIZE, FACE_SIZE))
            return self._seen(self._set(small) if self._rng.random() < 0.25 else patch, 10, 1.0)
        face = self._any_face()
        if kind < 0.8:
            face = self._shuffled(face)
            return self._seen(self._set(face) if self._rng.random() < 0.4 else face, 8, 1.0)
        whole = self._set(self._covered(face))
        if kind < 0.93:
            return self._seen(whole, 10, 1.0, turn_deg=90 * self._rng.integers(1, 4))
        return self._seen(whole, 10, self._rng.uniform(2.2, 3.2), shift_px=12)

    def _any_face(self):
        face = self._faces[self._rng.integers(len(self._faces))]
        return face[:, ::-1] if self._rng.random() < 0.5 else face

    def _patch(self):
        return self._patches[self._rng.choice(len(self._patches), p=self._weights)]

    def _part(self):
        """A random square of a random picture: uint8 (72, 72)."""
        picture = self._pictures[self._rng.integers(len(self._pictures))]
        side = int(min(np.exp(self._rng.uniform(np.log(24), np.log(300))), *picture.shape))
        top, left = (self._rng.integers(0, length - side + 1) for length in picture.shape)
        return cv2.resize(picture[top : top + side, left : left + side], (PATCH_PX, PATCH_PX))

    def _set(self, face):
        """The face, softly edged, in the middle of another patch twice as large: float32 (96, 96)."""
        ground = cv2.resize(self._patch().astype(np.float32), (96, 96))
        ground[24:72, 24:72] = ground[24:72, 24:72] * (1 - _SOFT) + face * _SOFT
        return ground

    def _shuffled(self, face):
        """The face cut into 2×2 to 4×4 parts, which are shuffled."""
        n = self._rng.integers(2, 5)
        side = FACE_SIZE // n
        parts = [face[r * side : (r + 1) * side, c * side : (c + 1) * side] for r in range(n) for c in range(n)]
        order = self._rng.permutation(n * n).reshape(n, n)
        return np.vstack([np.hstack([parts[place] for place in row]) for row in order])

    def _covered(self, face):
        """The face, a fifth of the time with glasses or a mask drawn on."""
        face, kind, level = face.copy(), self._rng.random(), int(self._rng.uniform(10, 250))
        if kind < 0.1:
            for x in (15, 33):
                cv2.ellipse(face, (x, 18), (7, 5), 0, 0, 360, level // 4, -1 if kind < 0.05 else 1)
            cv2.line(face, (20, 17), (28, 17), level // 4, 1)
        elif kind < 0.2:
            cv2.fillPoly(face, [np.array([(8, 29), (24, 25), (40, 29), (37, 43), (24, 47), (11, 43)])], level)
        return face

    def _seen(self, picture, wobble_deg, scale, turn_deg=0, shift_px=2.2):
        """The middle of a picture with small random turns, shifts and camera effects: uint8 (48, 48)."""
        rng, middle = self._rng, (picture.shape[0] - 1) / 2
        scale *= np.exp(rng.normal(0, 0.09))
        turn = cv2.getRotationMatrix2D((middle, middle), turn_deg + rng.normal(0, wobble_deg), scale)
        turn[:, 2] += (FACE_SIZE - 1) / 2 - middle + rng.normal(0, shift_px, 2)
        size = (FACE_SIZE, FACE_SIZE)
        crop = cv2.warpAffine(picture, turn, size, borderMode=cv2.BORDER_REFLECT_101).astype(np.float32)
        if rng.random() < 0.3:
            side = int(rng.uniform(22, 44))
            crop = cv2.resize(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA), size)
        if rng.random() < 0.5:
            crop = (crop - crop.mean()) * rng.uniform(0.5, 1.3) + crop.mean() + rng.uniform(-40, 40)
        if rng.random() < 0.3:
            crop += rng.normal(0, rng.uniform(2, 12), crop.shape)
        return np.clip(crop, 0, 255).astype(np.uint8)


def _norm(x):
    return layers.ReLU()(layers.BatchNormalization()(x))


def _ask(network, crops):
    return network.predict(np.asarray(crops, np.float32)[..., None], verbose=0)[:, 0]


def _middle(patch):
    edge = (PATCH_PX - FACE_SIZE) // 2
    return patch[edge:-edge, edge:-edge]
