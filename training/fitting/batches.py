"""The batches of an epoch: which pictures are drawn, how they are augmented, and their targets."""

import cv2
import keras
import numpy as np

from app.vision.contract import FACE_SIZE
from training.data.augment import augment, mixup
from training.data.covering import cover


class Batches(keras.utils.PyDataset):
    """One epoch's batches of a recipe: float32 (n, size, size, 1) and targets, float32 (n, outputs).

    Every random choice depends only on the recipe's seed, the epoch and the batch, so a resumed run sees the same
    pictures as an uninterrupted one. With `teachers`, their answer to each augmented picture is its target (see
    training/fitting/teachers.py); `targets` then hold the teachers' answers to the unchanged pictures.
    """

    def __init__(self, pictures, targets, recipe, epoch=0, size=FACE_SIZE, teachers=None):
        # Teachers run on other threads than the training step, because LiteRT releases the GIL while it computes.
        super().__init__(workers=2 if teachers else 1, max_queue_size=6)
        self.teachers, self.prior = teachers, targets.mean(axis=0)
        self.pictures, self.recipe, self.epoch, self.size = pictures, recipe, epoch, size
        labels = len(recipe.labels)
        self.targets = np.hstack([_smooth(targets[:, :labels], recipe.smoothing), targets[:, labels:]])
        self.chances = chances(targets[:, :labels], recipe.balance)
        self._deal()

    def __len__(self):
        return -(-len(self.pictures) // self.recipe.batch)

    def __getitem__(self, place):
        rows = self.order[place * self.recipe.batch : (place + 1) * self.recipe.batch]
        rng = np.random.default_rng((self.recipe.seed, self.epoch, place))
        pictures, targets = self.pictures[rows], self.targets[rows]
        if self.teachers:
            pictures, targets = self._taught(pictures, targets, rng)
        elif self.recipe.augmentation:
            pictures = augment(pictures, rng, self.recipe.augmentation)
        pictures = as_input(pictures, self.size)
        if self.recipe.mixup:
            pictures, targets = mixup(pictures, targets, rng, self.recipe.mixup)
        return pictures, targets

    def _taught(self, pictures, targets, rng):
        """The pictures as the network sees them, and the teachers' answers to them.

        The target of a covered face is the teachers' answer to the whole face, moved towards the frequency of each
        label, because the network should not be certain of a half-hidden face.
        """
        covered = rng.random(len(pictures)) < self.recipe.covered
        mixed = ~covered & (rng.random(len(pictures)) < self.recipe.mixed)
        seen, targets = pictures.copy(), targets.copy()
        for place in np.flatnonzero(covered):
            seen[place], stays = cover(pictures[place], rng)
            targets[place] = stays * targets[place] + (1 - stays) * self.prior
        if self.recipe.augmentation:
            seen = augment(seen, rng, self.recipe.augmentation)
        others = rng.permutation(seen)
        for place in np.flatnonzero(mixed):
            share = rng.uniform(0.5, 0.95)
            seen[place] = cv2.addWeighted(seen[place], share, others[place], 1 - share, 0)
        targets[~covered] = self.teachers(seen[~covered])
        return seen, targets

    def on_epoch_end(self):
        self.epoch += 1
        self._deal()

    def _deal(self):
        rng, rows = np.random.default_rng((self.recipe.seed, self.epoch)), len(self.pictures)
        self.order = rng.choice(rows, rows, p=self.chances) if self.recipe.balance else rng.permutation(rows)


def as_input(pictures, size):
    """A network's input, float32 (n, size, size, 1), from pictures, uint8 (n, 48, 48)."""
    if size != FACE_SIZE:
        pictures = np.stack([cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA) for picture in pictures])
    return pictures[..., None].astype(np.float32)


def chances(targets, balance):
    """How often each row is drawn, float64 (n,), the sum being 1.

    `targets` is float32 (n, labels). A balance of 0 draws all rows equally often, a balance of 1 draws all labels
    equally often.
    """
    share = targets.mean(axis=0, dtype=np.float64)
    rarity = np.divide(1, share, out=np.zeros_like(share), where=share > 0) ** balance
    drawn = targets @ rarity
    return drawn / drawn.sum()


def _smooth(targets, smoothing):
    return ((1 - smoothing) * targets + smoothing / targets.shape[1]).astype(np.float32)
