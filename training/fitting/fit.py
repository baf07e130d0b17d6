"""Fits a recipe's network, writes a checkpoint after every epoch, and resumes an interrupted run."""

import hashlib
import json
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import keras

from app.vision.contract import LABELS
from training import networks
from training.data.history import HISTORY, read_history, write_history
from training.fitting.batches import Batches, as_input
from training.fitting.batchnorm import Recalibrated, recalibrate
from training.fitting.checkpoints import CHECKPOINT, RELEASED, RUN, BadRun, Keep, save
from training.fitting.losses import LabelAccuracy, TwoHeads
from training.fitting.optimizers import optimizer
from training.fitting.start import head_of, lend_weights, outputs, take_imagenet, trained

STATISTICS = 2048
"""So many training pictures tell a recovered network's statistics."""


def fit(recipe, training, validation, runs, models="models", resume=False, callbacks=(), teachers=None):
    """The fitted float32 Keras model of a recipe, and its history as a list of rows.

    training, validation: (uint8 (n, 48, 48), float32 (n, labels)), with the shares of FER+'s votes in
    eight more columns where the recipe has a second head for them.
    runs: `runs`/<name> holds checkpoint, history and recipe; with `resume` training continues after the checkpoint.
    models: where a recipe that starts from another finds its weights if that recipe has no finished run.
    teachers: answer each augmented picture (see training/fitting/batches.py).
    Raises BadRun if another recipe made the checkpoint, if the network to start from is missing, or if none of its
    layers fits.
    """
    run = Path(runs) / recipe.name
    keras.utils.set_random_seed(recipe.seed)
    steps = -(-len(training[0]) // recipe.batch)
    lessons = hashlib.sha256(training[0].tobytes() + training[1].tobytes()).hexdigest()
    if resume and (run / CHECKPOINT).is_file():
        model, history = _take_up(recipe, run, steps, lessons)
    else:
        model, history = _start(recipe, run, steps, lessons, training[0], Path(models)), []
    batches = partial(Batches, *training, recipe, teachers=teachers)
    for size, first, last in _phases(recipe):
        if len(history) >= last:
            continue
        if recipe.ema and len(history) == first > 0:  # as Keras does at the end of a phase
            model.optimizer.finalize_variable_values(model.trainable_variables)
        mean = [keras.callbacks.SwapEMAWeights(), Recalibrated(batches(last, size))] if recipe.ema else []
        model.fit(
            batches(len(history), size),
            validation_data=(as_input(validation[0], size), validation[1]),
            validation_batch_size=recipe.batch,
            initial_epoch=len(history),
            epochs=last,
            callbacks=[*mean, _Reseed(recipe.seed), Keep(run, history), *callbacks],
            shuffle=False,  # the batches shuffle themselves
            verbose=0,
        )
    if recipe.ema:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    network = networks.build(recipe.network, len(recipe.labels), **recipe.options)
    lend_weights(model, head_of(model), recipe.labels, network, recipe.labels)  # float32, and without a second head
    if recipe.ema:
        recalibrate(network, batches(recipe.epochs))
    save(network, run / RELEASED)
    return network, history


def _start(recipe, run, steps, lessons, pictures, models):
    run.mkdir(parents=True, exist_ok=True)
    (run / RUN).write_text(json.dumps(recipe.to_json() | {"lessons": lessons}, indent=2))
    write_history([], run / HISTORY)
    with _precision(recipe.precision):
        heads = {"votes": len(LABELS)} if recipe.votes else {}
        model = networks.build(recipe.network, len(recipe.labels), **recipe.options | heads)
    if recipe.start == "imagenet":
        take_imagenet(model)
    elif recipe.start:
        source, known = trained(run.parent / recipe.start, models / recipe.start, pictures[:STATISTICS])
        head = head_of(source)
        if recipe.learns == "votes" and "votes" in outputs(source):  # the source's second head, trained on the votes
            head, known = "votes", LABELS
        if not lend_weights(source, head, known, model, recipe.labels):
            raise BadRun(f"no layer of {recipe.start} fits {recipe.name}; start from a network of the same recipe")
    model.compile(
        optimizer=optimizer(recipe, steps, outputs(model)),
        loss=TwoHeads(len(recipe.labels), recipe.votes),
        metrics=[LabelAccuracy(len(recipe.labels))],
        weighted_metrics=[],
        jit_compile=False,  # XLA was slower on CPUs
    )
    model.optimizer.build(model.trainable_variables)
    save(model, run / CHECKPOINT)
    return model


def _take_up(recipe, run, steps, lessons):
    then, now = json.loads((run / RUN).read_text()), json.loads(json.dumps(recipe.to_json()))
    changed = [f"{key} was {then.get(key)!r}, is {now[key]!r}" for key in now if then.get(key) != now[key]]
    if changed:
        raise BadRun(f"{run} was started with another recipe: {'; '.join(changed)}")
    if then.get("lessons") != lessons:
        raise BadRun(f"{run} was started on other pictures: give the same --data, --ferplus, --words and --limit")
    model = keras.saving.load_model(run / CHECKPOINT)
    # The history is written before the checkpoint, so a killed run has at most one row too many.
    return model, read_history(run / HISTORY)[: int(model.optimizer.iterations) // steps]


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


class _Reseed(keras.callbacks.Callback):
    """Seeds every dropout anew from seed and epoch, because a .keras file does not store the dropouts' state."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        for place, layer in enumerate(self.model.layers):
            if isinstance(layer, keras.layers.Dropout) and layer.rate:
                layer.seed_generator.state.assign([self.seed + place, epoch])
