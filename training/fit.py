"""Fits a recipe's network; a checkpoint after every epoch, and a run that goes on where it stood."""

import csv
import hashlib
import json
import time
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from app.vision.contract import CARD, LABELS
from training import networks
from training.batches import Batches, as_input
from training.heads import LabelAccuracy, TwoHeads
from training.muon import Muon
from training.recover import recover, renormalise
from training.settle import Settled, settle

CHECKPOINT = "checkpoint.keras"
RELEASED = "released.keras"
HISTORY = "history.csv"
RUN = "run.json"

STATISTICS = 2048
"""So many training pictures tell a recovered network's statistics."""


class BadRun(Exception):
    """A run that cannot be resumed; says what differs."""


def fit(recipe, training, validation, runs, models="models", resume=False, callbacks=()):
    """The fitted float32 Keras model of a recipe, and its history as a list of rows.

    training, validation: (uint8 (n, 48, 48), float32 (n, labels)), with the shares of FER+'s votes in
    eight more columns where the recipe has a second head for them. `runs`/<name> is the folder of
    checkpoint, history and recipe; with `resume` a checkpoint there is taken up at the epoch after it.
    A recipe that starts from another takes the weights of its finished run or else of its folder in `models`.
    Raises BadRun if the checkpoint was made by another recipe, if neither of the latter is there, or if no layer of
    it fits.
    """
    run = Path(runs) / recipe.name
    keras.utils.set_random_seed(recipe.seed)
    steps = -(-len(training[0]) // recipe.batch)
    lessons = hashlib.sha256(training[0].tobytes() + training[1].tobytes()).hexdigest()
    if resume and (run / CHECKPOINT).is_file():
        model, history = _take_up(recipe, run, steps, lessons)
    else:
        model, history = _start(recipe, run, steps, lessons, training[0], Path(models)), []
    for size, first, last in _phases(recipe):
        if len(history) >= last:
            continue
        if recipe.ema and len(history) == first > 0:  # fit() does it after a phase; a resumed run must too
            model.optimizer.finalize_variable_values(model.trainable_variables)
        mean = [keras.callbacks.SwapEMAWeights(), Settled(Batches(*training, recipe, last, size))] if recipe.ema else []
        model.fit(
            Batches(*training, recipe, len(history), size),
            validation_data=(as_input(validation[0], size), validation[1]),
            validation_batch_size=recipe.batch,
            initial_epoch=len(history),
            epochs=last,
            callbacks=[*mean, _Reseed(recipe.seed), _Keep(run, history), *callbacks],
            shuffle=False,  # the batches shuffle themselves
            verbose=0,
        )
    if recipe.ema:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    network = networks.build(recipe.network, len(recipe.labels), **recipe.options)
    _lend_weights(model, _head(model), recipe.labels, network, recipe.labels)  # float32, and without a second head
    if recipe.ema:
        settle(network, Batches(*training, recipe, recipe.epochs))
    _save(network, run / RELEASED)
    return network, history


def write_history(history, path):
    """The rows as CSV: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
    partial = path.with_suffix(".partial")
    with open(partial, "w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(history)
    partial.replace(path)


def read_history(path):
    """The rows of a history.csv as dicts of numbers."""
    with open(path, newline="") as file:
        return [{key: int(v) if key == "epoch" else float(v) for key, v in row.items()} for row in csv.DictReader(file)]


_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")


def _start(recipe, run, steps, lessons, pictures, models):
    run.mkdir(parents=True, exist_ok=True)
    (run / RUN).write_text(json.dumps(recipe.to_json() | {"lessons": lessons}, indent=2))
    write_history([], run / HISTORY)
    with _precision(recipe.precision):
        heads = {"votes": len(LABELS)} if recipe.votes else {}
        model = networks.build(recipe.network, len(recipe.labels), **recipe.options | heads)
    if recipe.start == "imagenet":
        _take_imagenet(model)
    elif recipe.start:
        source, known = _trained(run.parent / recipe.start, models / recipe.start, pictures[:STATISTICS])
        head = _head(source)
        if recipe.learns == "votes" and "votes" in _outputs(source):  # the head that learnt them beside the labels
            head, known = "votes", LABELS
        if not _lend_weights(source, head, known, model, recipe.labels):
            raise BadRun(f"no layer of {recipe.start} fits {recipe.name}; start from a network of the same recipe")
    model.compile(
        optimizer=_optimizer(recipe, steps, _outputs(model)),
        loss=TwoHeads(len(recipe.labels), recipe.votes),
        metrics=[LabelAccuracy(len(recipe.labels))],
        weighted_metrics=[],
        jit_compile=False,  # XLA was the slower one on processors
    )
    model.optimizer.build(model.trainable_variables)
    _save(model, run / CHECKPOINT)
    return model


def _take_up(recipe, run, steps, lessons):
    then, now = json.loads((run / RUN).read_text()), json.loads(json.dumps(recipe.to_json()))
    changed = [f"{key} was {then.get(key)!r}, is {now[key]!r}" for key in now if then.get(key) != now[key]]
    if changed:
        raise BadRun(f"{run} was started with another recipe: {'; '.join(changed)}")
    if then.get("lessons") != lessons:
        raise BadRun(f"{run} was started on other pictures: give the same --data, --ferplus, --words and --limit")
    model = keras.saving.load_model(run / CHECKPOINT)
    # The history is written first: a kill between the two leaves one row too many, never one too few.
    return model, read_history(run / HISTORY)[: int(model.optimizer.iterations) // steps]


def _take_imagenet(model):
    if model.name != "vgg":
        raise BadRun(f"ImageNet's weights fit VGG16 alone, not {model.name}")
    try:
        networks.vgg.take_imagenet(model)
    except OSError as error:
        raise BadRun(f"{error}; train without --start imagenet") from None


def _trained(run, shipped, pictures):
    """The network of an earlier training and its labels.

    A finished run's checkpoint has the weights that were released, and the second head too. Where only the model's
    file is left, it gets the statistics of `pictures`.
    """
    if (run / RELEASED).is_file() and (run / CHECKPOINT).is_file():
        model = keras.saving.load_model(run / CHECKPOINT)
        if model.optimizer.use_ema:
            model.optimizer.finalize_variable_values(model.trainable_variables)
        return model, json.loads((run / RUN).read_text())["labels"]
    if (shipped / CARD).is_file():
        network, labels = recover(shipped)
        renormalise(network, pictures)
        return network, labels
    raise BadRun(
        f"the recipe starts from {run.name}, which is neither a finished run nor a model here; train {run.name} first"
    )


def _lend_weights(source, head, known, target, words):
    """The names of the layers that both models have in one shape and whose weights were copied, the head not counted.

    Of the source's layer `head`, which says the words `known`, the target's gets what belongs to its own `words`;
    the rest of it stays as it is.
    """
    weights = {layer.name: layer.get_weights() for layer in source.layers if layer.weights}
    said, own = weights.pop(head), target.get_layer(_head(target))
    if len(said[0]) == own.kernel.shape[0]:
        pairs = zip(said, own.get_weights(), strict=True)
        own.set_weights([_by_word(theirs, known, ours, words) for theirs, ours in pairs])
    alike = [layer for layer in target.layers if layer is not own and layer.name in weights]
    lent = [layer for layer in alike if [w.shape for w in weights[layer.name]] == [w.shape for w in layer.weights]]
    for layer in lent:
        layer.set_weights(weights[layer.name])
    return [layer.name for layer in lent]


def _by_word(theirs, known, ours, words):
    """Ours, with theirs along the last axis for each word that both know."""
    places = {words.index(word): known.index(word) for word in words if word in known}
    ours = ours.copy()
    ours[..., list(places)] = theirs[..., list(places.values())]
    return ours


def _phases(recipe):
    """(size, first epoch, epoch after the last) for each of the recipe's sizes."""
    first = 0
    for share, size in recipe.sizes:
        last = round(share * recipe.epochs)
        yield size, first, last
        first = last


@contextmanager
def _precision(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _optimizer(recipe, steps, outputs):
    options = {"learning_rate": _learning_rate(recipe, steps)}
    if recipe.ema:
        options |= {"use_ema": True, "ema_momentum": recipe.ema}
    if recipe.weight_decay:
        options |= {"weight_decay": recipe.weight_decay}
    if recipe.clip:
        options |= {"global_clipnorm": recipe.clip}
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(**options)
    if recipe.optimizer == "muon":
        return Muon(exclude_layers=outputs, adam_lr_ratio=0.3, adam_weight_decay=0.0, **options)
    return keras.optimizers.SGD(momentum=recipe.momentum, nesterov=recipe.momentum > 0, **options)


def _outputs(model):
    """The names of the layers that give logits."""
    return [
        layer.name
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense) and layer.activation is keras.activations.linear
    ]


def _head(model):
    """The name of the layer that gives the labels' logits."""
    return next(name for name in _outputs(model) if name != "votes")


def _learning_rate(recipe, steps):
    if recipe.schedule == "constant":
        return recipe.learning_rate
    total = recipe.epochs * steps
    warmup = min(int(recipe.warmup_epochs * steps), total // 2)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else recipe.learning_rate,
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
        decay_steps=total - warmup,
    )


def _save(model, path):
    partial = path.with_name("partial.keras")
    model.save(partial)
    partial.replace(path)


class _Reseed(keras.callbacks.Callback):
    """Lets the dropouts of an epoch follow from the seed and the epoch alone: a .keras file forgets their state."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        for place, layer in enumerate(self.model.layers):
            if isinstance(layer, keras.layers.Dropout) and layer.rate:
                layer.seed_generator.state.assign([self.seed + place, epoch])


class _Keep(keras.callbacks.Callback):
    """Writes history and checkpoint after every epoch."""

    def __init__(self, run, history):
        super().__init__()
        self.run, self.history = run, history

    def on_epoch_begin(self, epoch, logs=None):
        self.began_s = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        row = {"epoch": epoch + 1} | {key: round(float(logs[key]), 5) for key in _COLUMNS[1:5]}
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        row["seconds"] = round(time.monotonic() - self.began_s, 1)
        self.history.append(row)
        write_history(self.history, self.run / HISTORY)
        _save(self.model, self.run / CHECKPOINT)
