"""Where a network and FER2013's label disagree: what did FER+'s ten voters say?"""

from collections import Counter

import numpy as np

from training.data.votes import VOTE_WORDS, majority

SIDES = ("net", "label", "neither", "torn")
"""Whom most voters side with: the network, the label, neither of the two; or no emotion has most of the votes."""

PAIRS = 10
"""The most frequent pairs (labelled, said) that are kept."""


def disagreements(said, faces):
    """Whom the voters side with, as a dict for the card.

    said: int (n,), an index into the words of the Faces, which hold votes. pictures: how many were asked;
    disagreed: on how many of them the network says another word than the label; sides: the share of each of
    SIDES there; votes: how many of the ten the network's word and the label's got there, the mean; agree: how
    often, over all pictures on which most voters chose one emotion, it is the network's and the label's;
    pairs: the most frequent pairs of words with the sides of each.
    """
    apart = said != faces.emotions
    sided = sides(said, faces)
    clear = majority(faces.votes) >= 0
    words = {"net": said, "label": faces.emotions}
    pairs = Counter(zip(faces.emotions[apart].tolist(), said[apart].tolist(), strict=True)).most_common(PAIRS)
    return {
        "pictures": len(faces),
        "disagreed": int(apart.sum()),
        "sides": _shares(sided[apart]),
        "votes": {name: _mean(_votes(word, faces)[apart]) for name, word in words.items()},
        "agree": {name: _mean((_places(word, faces) == majority(faces.votes))[clear]) for name, word in words.items()},
        "pairs": [
            {"label": faces.words[label], "net": faces.words[word], "pictures": count}
            | {"sides": _shares(sided[(faces.emotions == label) & (said == word)])}
            for (label, word), count in pairs
        ],
    }


def sides(said, faces):
    """Whom most voters side with on each picture, one of SIDES, str (n,); where net and label agree, the net."""
    voters = majority(faces.votes)
    with_whom = [_places(said, faces) == voters, _places(faces.emotions, faces) == voters, voters >= 0]
    return np.select(with_whom, SIDES[:3], SIDES[3])


def _places(word, faces):
    """Where a word (an index into the Faces' words) stands among VOTE_WORDS."""
    return np.array([VOTE_WORDS.index(name) for name in faces.words])[word]


def _votes(word, faces):
    return np.take_along_axis(faces.votes, _places(word, faces)[:, None], axis=1)[:, 0]


def _shares(sided):
    return {side: _mean(sided == side) for side in SIDES}


def _mean(values):
    return round(float(values.mean()), 4) if len(values) else 0.0
