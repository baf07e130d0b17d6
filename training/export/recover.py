"""The weights of a shipped model.tflite, back in a Keras network: to start from, or to answer with others.

LiteRT's converter folds a batch normalisation into the convolution before it and the temperature into the
last layer, may fold the scaling of grey levels into the first, and names every constant after the layers
that it came from.
"""

import re

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from keras import layers

from app.vision.contract import FACE_SIZE, load_model
from app.vision.errors import BadModel
from training import networks
from training.export.litert import deployed, parity


def recover(folder):
    """The float32 Keras network of a model's folder, and its labels.

    Raises BadModel where the folder is not sound or the network does not answer as its file does.
    """
    card, file = load_model(folder)
    try:
        network = networks.build(card.recipe["network"], len(card.labels), **card.recipe["options"])
    except (KeyError, TypeError, ValueError) as error:
        known = ", ".join(networks.BUILDERS)
        raise BadModel(f"{card.name}: its card must name one of {known} and its options: {error!r}") from None
    constants = _constants(file)
    weighted = [layer for layer in network.layers if isinstance(layer, layers.Conv2D | layers.Dense)]
    for layer in weighted:
        is_last = layer is weighted[-1]
        kernel, bias = _kernel_and_bias(constants, "temperature" if is_last else layer.name)
        if is_last:
            kernel, bias = kernel * card.temperature, bias * card.temperature
        if layer is weighted[0]:
            kernel = kernel / _folded_scale(network, constants)
        if layer.use_bias:
            layer.set_weights([kernel, bias])
        else:
            layer.set_weights([kernel])
            after = network.get_layer(f"{layer.name}_bn")
            one, nothing = np.ones_like(bias), np.zeros_like(bias)
            after.set_weights([one, bias, nothing, one - after.epsilon])
    noise = np.random.default_rng(0).integers(0, 256, (16, FACE_SIZE, FACE_SIZE)).astype(np.uint8)
    parity(file, deployed(network, card.temperature), noise)
    return network, card.labels


def renormalise(network, pictures, batch=128):
    """Gives each batch normalisation the statistics of what comes before it, for training to go on from.

    What the network says stays as it is. pictures: uint8 (n, 48, 48); the network is one of `recover`.
    """
    after = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    if not after:
        return
    before = keras.Model(network.input, [layer.input for layer in after])
    sums = [0.0] * len(after)
    batches = np.array_split(pictures, -(-len(pictures) // batch))
    for part in batches:
        seen = before.predict_on_batch(part[..., None].astype(np.float32))
        sums = [
            total + np.array([x.mean((0, 1, 2)), np.square(x).mean((0, 1, 2))])
            for total, x in zip(sums, seen, strict=True)
        ]
    for layer, total in zip(after, sums, strict=True):
        mean, square = total / len(batches)
        variance = np.maximum(square - mean**2, 0)
        layer.set_weights([np.sqrt(variance + layer.epsilon), layer.get_weights()[1] + mean, mean, variance])


def _constants(file):
    """The float16 constants of a LiteRT file's bytes: [(name, float32 array)]."""
    interpreter = Interpreter(
        model_content=file, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    return [
        (tensor["name"], interpreter.get_tensor(tensor["index"]).astype(np.float32))
        for tensor in interpreter.get_tensor_details()
        if tensor["dtype"] == np.float16
    ]


def _folded_scale(network, constants):
    """The scale of grey levels that the first kernel has taken in; 1 if it stands apart or there is none."""
    scales = [layer.scale for layer in network.layers if isinstance(layer, layers.Rescaling)]
    return scales[0] if scales and all(value.ndim for _, value in constants) else 1


def _kernel_and_bias(constants, layer):
    """As Keras holds them: (height, width, in, out) or (in, out), and (out,)."""
    of_layer = [value for name, value in constants if re.search(rf"/{layer}(_\d+)?/", name)]
    kernels, biases = [v for v in of_layer if v.ndim > 1], [v for v in of_layer if v.ndim == 1]
    if not kernels:
        raise BadModel(f"the file holds no weights named after {layer}")
    bias = biases[0] if biases else np.zeros(len(kernels[0]), np.float32)
    return np.moveaxis(kernels[0], 0, -1), bias
