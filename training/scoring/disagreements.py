"""How FER+'s ten voters decide where a network and FER2013's label disagree."""

from collections import Counter

import numpy as np

from training.data.votes import VOTE_WORDS, majority

SIDES = ("net", "label", "neither", "torn")
"""Whom most voters side with: the network, the label, neither of the two; or no emotion has most of the votes."""

PAIRS = 10
"""The most frequent pairs (labelled, said) that are kept."""


def disagreements(said, faces):
    """Whether the voters side with the network or with the label, as a dict for the card.

    said: int (n,), the network's answers as indices into the words of the Faces, which hold votes. The dict holds:
    pictures, the number of pictures; disagreed, the number on which network and label differ; sides, the share of each
    of SIDES among these; votes, the mean number of the ten votes there for the network's word and for the label's;
    agree, how often the word of most voters, where there is one, is the network's and how often the label's; pairs, the
    most frequent pairs of words with their sides.
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
    """The side that most voters take on each picture, one of SIDES, str (n,); the network's where both agree."""
    voters = majority(faces.votes)
    with_whom = [_places(said, faces) == voters, _places(faces.emotions, faces) == voters, voters >= 0]
    return np.select(with_whom, SIDES[:3], SIDES[3])


def _places(word, faces):
    """The index among VOTE_WORDS of a word, given as an index into the Faces' words."""
    return np.array([VOTE_WORDS.index(name) for name in faces.words])[word]


def _votes(word, faces):
    return np.take_along_axis(faces.votes, _places(word, faces)[:, None], axis=1)[:, 0]


def _shares(sided):
    return {side: _mean(sided == side) for side in SIDES}


def _mean(values):
    return round(float(values.mean()), 4) if len(values) else 0.0
