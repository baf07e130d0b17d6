"""The weights that a run starts from: another run's, a shipped model's, ImageNet's."""

import json

import keras

from app.vision.contract import CARD
from training import networks
from training.export.recover import recover, renormalise
from training.fitting.checkpoints import CHECKPOINT, RELEASED, RUN, BadRun


def take_imagenet(model):
    """Gives VGG16 its convolutions of ImageNet; raises BadRun for other networks, or where they cannot be fetched."""
    if model.name != "vgg":
        raise BadRun(f"ImageNet's weights fit VGG16 alone, not {model.name}")
    try:
        networks.vgg.take_imagenet(model)
    except OSError as error:
        raise BadRun(f"{error}; train without --start imagenet") from None


def trained(run, shipped, pictures):
    """The network of an earlier training and its labels.

    run, shipped: the folders of the run and of the model. A finished run's checkpoint has the weights that were
    released, and the second head too. Where only the model's file is left, it gets the statistics of `pictures`.
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


def lend_weights(source, head, known, target, words):
    """The names of the layers that both models have in one shape and whose weights were copied, the head not counted.

    Of the source's layer `head`, which says the words `known`, the target's gets what belongs to its own `words`;
    the rest of it stays as it is.
    """
    weights = {layer.name: layer.get_weights() for layer in source.layers if layer.weights}
    said, own = weights.pop(head), target.get_layer(head_of(target))
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


def outputs(model):
    """The names of the layers that give logits."""
    return [
        layer.name
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense) and layer.activation is keras.activations.linear
    ]


def head_of(model):
    """The name of the layer that gives the labels' logits."""
    return next(name for name in outputs(model) if name != "votes")
