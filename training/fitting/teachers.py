"""Knowledge distillation: trained networks give another network its targets, once or for every augmented picture."""

import threading
from pathlib import Path

import numpy as np

from app.vision.contract import FACE_SIZE, load_model
from training.data.atomic import replaced
from training.export.litert import predictor
from training.fitting.batches import as_input
from training.fitting.checkpoints import BadRun
from training.fitting.ensemble import ensemble

TAUGHT = "taught.npy"


def as_taught(recipe, pictures, targets, runs, models):
    """The targets, of which the share `taught` comes from the answers of the recipe's teachers to these pictures.

    pictures: uint8 (n, 48, 48); targets: float32 (n, labels [+ 8 votes]), whose votes stay unchanged. The teachers'
    answers are stored in the run's folder, where a resumed run reads them. Raises BadRun where a teacher is missing or
    the stored answers belong to other pictures.
    """
    if not recipe.teachers or recipe.teaching == "always":
        return targets
    kept = Path(runs) / recipe.name / TAUGHT
    if not kept.is_file():
        teachers = ensemble(recipe.teachers, recipe.labels, runs, models)
        logits = teachers.predict(as_input(pictures, FACE_SIZE), batch_size=recipe.batch, verbose=0)
        with replaced(kept) as partial:
            np.save(partial, np.exp(logits))
    said = np.load(kept)
    own = len(recipe.labels)
    if said.shape != (len(pictures), own):
        raise BadRun(f"{kept} tells of {len(said)} pictures, these are {len(pictures)}: give the same data as before")
    labels = (1 - recipe.taught) * targets[:, :own] + recipe.taught * said
    return np.hstack([labels, targets[:, own:]]).astype(np.float32)


class Teachers:
    """Two shipped models that answer with the geometric mean of their probabilities.

    The mean is taken over the labels that both know; the other labels keep the first model's probability. Call it with
    uint8 (n, 48, 48) on any thread; it returns float32 (n, labels of the first), rows summing to 1.
    """

    def __init__(self, names, labels, models):
        cards, self.files = zip(*(load_model(Path(models) / name) for name in names), strict=True)
        if len(cards) != 2 or cards[0].labels != tuple(labels) or not set(cards[1].labels) <= set(labels):
            raise BadRun(
                f"two teachers are wanted, the first of which says {', '.join(labels)}; not {', '.join(names)}"
            )
        self.shared = [cards[0].labels.index(label) for label in cards[1].labels]
        self.own = threading.local()  # an interpreter belongs to one thread

    def __call__(self, pictures):
        if not hasattr(self.own, "asked"):
            self.own.asked = [predictor(file) for file in self.files]
        first, second = (ask(pictures) for ask in self.own.asked)
        mean = np.sqrt((first[:, self.shared] + 1e-7) * (second + 1e-7))
        answer = first.copy()
        left = first[:, self.shared].sum(axis=1, keepdims=True)
        answer[:, self.shared] = mean / mean.sum(axis=1, keepdims=True) * left
        return answer
