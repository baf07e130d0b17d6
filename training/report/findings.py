"""The findings section of models/README.md, written from the models' cards and the ablation."""

import csv
from pathlib import Path
from statistics import mean

from app.vision.contract import CROP_SCALE
from training.data.labels import SEVEN, SIX
from training.report.markdown import table, told
from training.scoring.disagreements import SIDES

_ROBUSTNESS = """## Off centre, dim, blurred, covered

`python -m training probe NAME --data fer2013.csv.gz --ferplus fer2013new.csv` on {pictures} pictures of
PublicTest, the same for all, answered with one of the six words.{halved} First the accuracy by FER2013's label,
then how many points of it are lost; the mean where there are several directions.

![Accuracy by condition and model](robustness.png)

{conditions}
"""

_DETECTOR = """## Through the detector

The same pictures in larger frames: {found:.1%} of the faces are found by Haar. Its box has {framing:.2f} times the
side of FER2013's picture (median), so a crop of 1.0 gives the framing back that the networks learnt. What lies
beyond the picture is made up here, so wide crops lose more than they need to. Accuracy on the faces found,
as they were and in crops of so many times the box; served is {crop}.

{detector}

As a cheap webcam in a dim room sends them (darker, smeared, noisy, JPEG): {dim_found:.1%} are found. Right by
FER2013's label, and by most of FER+'s ten voters where one emotion has most of the votes; the best reader first.

{webcam}
"""

_HONEST = """## Honest probabilities

On the last exam of PrivateTest that a model sat (on its own pictures where it sat none; PublicTest chose the
temperature): calibration error (15 bins), Brier score, and how far its probabilities lie from how ten people voted
(nats; Kullback-Leibler, Jensen-Shannon). From which probability on it is called certain, for what share of the
held-out faces (PublicTest, or a part of a user's own), and how often it is right there: by the label, or by the
voters' leading emotion for a model that learns FER+'s votes.

{honest}
"""

_RECALL = """## Too many happy faces

Recall by label on `test6`, where {happy:.1%} of the faces are labelled happy, and how many are said to be. Balance:
rare labels were shown more often, 1 as often as the others. What that alone changes stands in the ablation.

{recall}
"""

_DISAGREEMENTS = """## Whose word?

On the pictures of PublicTest where a network says another word than FER2013's label: whom do most of FER+'s ten
voters side with? Torn: no emotion has most of the votes. Then how many of the ten votes go to each word there; and
over all pictures with a clear winner, how often that is the network's word and the label's.

{sides}

The most frequent pairs of **{name}**:

{pairs}
"""

_ABLATION = """## Ablation: one part of a recipe changed at a time

`python -m training ablation`: a small residual net, {rows:,} training pictures of 24 px (fewer where a change cannot
learn from some), {epochs} epochs, one factor changed at a time, scored on the seven labels of PublicTest; seeds:
{seeds}. Short trainings favour what learns fast over what lasts, and a difference of less than about a point may be
chance. Points gained over the base; by voters: right by most of FER+'s ten; then each label's recall.

{changes}
"""


def findings(cards, lines, printed):
    """All findings as Markdown.

    cards: the models' Cards. lines: what `read_ablation` returns. printed: the study's own confusion matrices on test6,
    (name, labels, counts).
    """
    probed = comparable(cards)
    sat = [_confusion(card) for card in cards if _sat_test6(card)]
    parts = (
        (_robustness, probed),
        (_detector, probed),
        (_honest, [card for card in cards if unseen(card)]),
        (_recall, sat and [*printed, *sat]),
        (_disagreements, [card for card in probed if "disagreements" in card.probe]),
        (_ablation, lines),
    )
    return "\n".join(write(of) for write, of in parts if of)


def unseen(card):
    """A model's exam on pictures that had no part in making it, (name, report); None where it sat no such exam.

    test6 does not count: half of it is PublicTest, which chose the temperature.
    """
    names = [name for name in ("ferplus8", "private7", "private6", "test") if card.scores.get(name)]
    return (names[0], card.scores[names[0]]) if names else None


def comparable(cards):
    """The cards of models that know the six words and whose probe found faces."""
    return [card for card in cards if card.probe and set(SIX) <= set(card.labels) and card.probe["webcam"]["found"]]


def read_ablation(path):
    """The lines of training/ablation.py's CSV as dicts with numbers as numbers; [] where there is no file."""
    if not Path(path).is_file():
        return []
    kinds = {"change": str, "seed": int, "rows": int, "epochs": int}
    with open(path, newline="", encoding="utf-8") as file:
        return [{key: kinds.get(key, float)(value) for key, value in line.items()} for line in csv.DictReader(file)]


def _robustness(cards):
    conditions = [card.probe["conditions"] for card in cards]
    as_it_is, *others = conditions[0]
    rows = [
        ["", *_names(cards)],
        [as_it_is, *(f"{of[as_it_is]['label']:.3f}" for of in conditions)],
        *([name, *(_lost(of[name], of[as_it_is]) for of in conditions)] for name in others),
    ]
    return _ROBUSTNESS.format(
        pictures=cards[0].probe["pictures"], halved=_probed_otherwise(cards), conditions=table(rows)
    )


def _probed_otherwise(cards):
    """A sentence that names the models that were probed in another precision than they have now; "" for none."""
    names = [f"`{c.name}`" for c in cards if c.precision and c.probe.get("precision", c.precision) != c.precision]
    if not names:
        return ""
    return f" {', '.join(names)} were probed as float16 files, before their weights were stored as int8."


def _detector(cards):
    ways = [card.probe["detector"] for card in cards]
    rows = [
        [name, f"{way['ready']['label']:.3f}", *(_lost(crop, way["ready"]) for crop in way["crops"].values())]
        for name, way in zip(_names(cards), ways, strict=True)
    ]
    ready = [card.probe["webcam"]["ready"] for card in cards]
    truths = [truth for truth in ready[0] if all(truth in shares for shares in ready)]
    cards = sorted(cards, key=lambda card: -_seen(card)[truths[-1]])
    dim = [
        [name, *(f"{read[truth]:.3f}" for truth in truths for read in (card.probe["webcam"]["ready"], _seen(card)))]
        for name, card in zip(_names(cards), cards, strict=True)
    ]
    return _DETECTOR.format(
        **ways[0],
        crop=CROP_SCALE,
        detector=table([["", "as they are", *(f"crop {scale}" for scale in ways[0]["crops"])], *rows]),
        dim_found=cards[0].probe["webcam"]["found"],
        webcam=table([["", *(f"by {truth}{how}" for truth in truths for how in (", as they are", ", webcam"))], *dim]),
    )


def _honest(cards):
    header = ["", "exam", "calibration error", "Brier", "KL", "JS", "certain from", "covers", "right there"]
    return _HONEST.format(honest=table([header, *map(_honesty, cards)]))


def _honesty(card):
    exam, report = unseen(card)
    certain, apart = card.certain_from, report.get("divergence") or {}
    figures = [report.get("ece"), report.get("brier"), apart.get("kl"), apart.get("js"), certain["threshold"]]
    shares = [told("{:.1%}", certain.get(key)) for key in ("coverage", "accuracy")]
    return [f"**{card.name}**", exam, *(told("{}", figure) for figure in figures), *shares]


def _recall(confusions):
    rows = [[name, *_recalls(labels, counts)] for name, labels, counts in confusions]
    _, labels, counts = confusions[-1]
    happy = sum(counts[labels.index("happy")]) / sum(map(sum, counts))
    return _RECALL.format(happy=happy, recall=table([["", *SIX, "mean", "said to be happy"], *rows]))


def _sat_test6(card):
    report = card.scores.get("test6") or {}
    return report.get("confusion") and set(SIX) <= set(report.get("labels") or ())


def _confusion(card):
    report, balance = card.scores["test6"], card.recipe.get("balance")
    return f"**{card.name}**" + (f", balance {balance:g}" if balance else ""), report["labels"], report["confusion"]


def _recalls(labels, counts):
    recalls = [counts[place][place] / max(sum(counts[place]), 1) for place in map(labels.index, SIX)]
    said = sum(row[labels.index("happy")] for row in counts) / sum(map(sum, counts))
    return [*(f"{recall:.3f}" for recall in (*recalls, mean(recalls))), f"{said:.1%}"]


def _disagreements(cards):
    figures = [card.probe["disagreements"] for card in cards]
    rows = [
        [name, f"{of['disagreed']} of {of['pictures']}", *_sides(of)]
        + [f"{of['votes'][who]:.1f}" for who in ("net", "label")]
        + [f"{of['agree'][who]:.1%}" for who in ("net", "label")]
        for name, of in zip(_names(cards), figures, strict=True)
    ]
    header = ["", "disagrees on", *SIDES, "votes for the net's", "for the label's", "net agrees", "label agrees"]
    best = max(cards, key=lambda card: card.probe["disagreements"]["agree"]["net"])
    pairs = [
        [f"{pair['label']}, read as {pair['net']}", pair["pictures"], *_sides(pair)]
        for pair in best.probe["disagreements"]["pairs"]
    ]
    return _DISAGREEMENTS.format(
        sides=table([header, *rows]), name=best.name, pairs=table([["labelled", "pictures", *SIDES], *pairs])
    )


def _ablation(lines):
    base = {line["seed"]: line for line in lines if line["change"] == "base"}
    columns = ("accuracy", "voters", "macro_f1", *SEVEN)
    flips = [100 * (line["flip"] - line["accuracy"]) for line in base.values()]
    rows = [["base", *(f"{mean(line[key] for line in base.values()):.3f}" for key in columns), ""]]
    for change in dict.fromkeys(line["change"] for line in lines if line["change"] != "base"):
        pairs = [(line, base[line["seed"]]) for line in lines if line["change"] == change and line["seed"] in base]
        gains = {key: [100 * (line[key] - then[key]) for line, then in pairs] for key in columns}
        rows.append([change, *(f"{mean(gain):+.1f}" for gain in gains.values()), _range(gains["accuracy"])])
    rows.append(
        ["base, the mirrored picture read too", f"{mean(flips):+.1f}", *[""] * (len(columns) - 1), _range(flips)]
    )
    header = ["", "accuracy", "by voters", "macro F1", *SEVEN, "accuracy by seed"]
    return _ABLATION.format(**lines[0], seeds=len(base), changes=table([header, *rows]))


def _range(gains):
    return f"{min(gains):+.1f} to {max(gains):+.1f}" if len(gains) > 1 else ""


def _names(cards):
    return [f"**{card.name}**" for card in cards]


def _seen(card):
    """A model's accuracy on simulated webcam frames, by truth."""
    return card.probe["webcam"]["crops"][str(CROP_SCALE)]


def _sides(figures):
    return [f"{figures['sides'][side]:.1%}" for side in SIDES]


def _lost(shares, clean):
    """The points of accuracy by label that are lost, a gain below 0."""
    return round(100 * (clean["label"] - shares["label"]), 1) + 0.0  # never -0.0
