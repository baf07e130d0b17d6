"""The training targets of a recipe's pictures."""

import numpy as np

from app.vision.contract import LABELS
from training.data.faces import BadDataset, without_twins
from training.data.votes import VOTE_WORDS, leading, majority, vote_shares


def lessons(recipe, faces):
    """The rows that a recipe learns from and their targets, float32 (n, labels [+ 8 votes])."""
    if recipe.learns == "votes" and faces.shares is not None:
        faces = without_twins(faces.labelled(recipe.labels))
        return faces, faces.shares
    if (recipe.learns == "votes" or recipe.votes) and faces.votes is None:
        raise BadDataset(f"{recipe.name} learns from FER+'s votes; give them with --ferplus")
    if recipe.learns == "votes":
        led = vote_shares(faces.votes, recipe.labels).any(axis=1)
        faces = without_twins(faces.keep(led, "without a leading emotion in FER+'s votes"))
        return faces, vote_shares(faces.votes, recipe.labels)
    faces = without_twins(faces.labelled(recipe.labels))
    targets = np.eye(len(recipe.labels), dtype=np.float32)[faces.emotions]
    return faces, np.hstack([targets, vote_shares(faces.votes, LABELS)]) if recipe.votes else targets


def truth_of(recipe, faces, targets):
    """The true label of each face, int (n,); -1 where the voters have no majority or no single leader."""
    if recipe.learns != "votes":
        return targets.argmax(axis=1)
    if faces.shares is not None:
        return leading(targets)
    places = [recipe.labels.index(word) if word in recipe.labels else -1 for word in (*VOTE_WORDS, None)]
    return np.array(places)[majority(faces.votes)]
