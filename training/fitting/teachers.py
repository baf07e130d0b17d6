"""Targets of which trained networks make up a share."""

from pathlib import Path

import numpy as np

from app.vision.contract import FACE_SIZE
from training.fitting.batches import as_input
from training.fitting.checkpoints import BadRun
from training.fitting.ensemble import ensemble

TAUGHT = "taught.npy"


def as_taught(recipe, pictures, targets, runs, models):
    """The targets with their share `taught` from what the recipe's teachers, if any, say of these very pictures.

    pictures: uint8 (n, 48, 48); targets: float32 (n, labels [+ 8 votes]), whose votes stay as they are. What the
    teachers said is kept in the run's folder and read there by a run that is resumed. Raises BadRun where a teacher is
    missing or the folder holds what was said of other pictures.
    """
    if not recipe.teachers:
        return targets
    kept = Path(runs) / recipe.name / TAUGHT
    if not kept.is_file():
        teachers = ensemble(recipe.teachers, recipe.labels, runs, models)
        logits = teachers.predict(as_input(pictures, FACE_SIZE), batch_size=recipe.batch, verbose=0)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name("partial.npy")
        np.save(partial, np.exp(logits))
        partial.replace(kept)
    said = np.load(kept)
    own = len(recipe.labels)
    if said.shape != (len(pictures), own):
        raise BadRun(f"{kept} tells of {len(said)} pictures, these are {len(pictures)}: give the same data as before")
    labels = (1 - recipe.taught) * targets[:, :own] + recipe.taught * said
    return np.hstack([labels, targets[:, own:]]).astype(np.float32)
