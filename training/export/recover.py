"""Rebuilds a Keras network from a shipped model.tflite: as a start for training, as a member of an ensemble, or for
export in another precision.

LiteRT's converter folds a batch normalisation into the convolution before it and the temperature into the
last layer, and may fold the scaling of grey levels into the first. Weights stored as int8 come back as the nearest of
255 levels of their channel.
"""

import re

import keras
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from keras import layers

from app.vision.contract import FACE_SIZE, load_model
from app.vision.errors import BadModel
from training import networks
from training.export.litert import deployed, parity
from training.networks.ensemble import mean_of

_WEIGHTED = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.FULLY_CONNECTED)
_KINDS = {schema.TensorType.FLOAT32: "<f4", schema.TensorType.FLOAT16: "<f2", schema.TensorType.INT8: "i1"}


def recover(folder, members=()):
    """The float32 Keras network of a model's folder, and its labels.

    members: {name: (family, options, labels)} of the networks of an ensemble. Raises BadModel where the folder is not
    sound or the network does not answer as its file does.
    """
    card, file = load_model(folder)
    weights, scalars = list(_weights(file)), _scalars(file)
    if members:
        network = mean_of({name: _member(name, weights, scalars, card, *member) for name, member in members.items()})
    else:
        network = _build(card.name, card.recipe.get("network"), card.recipe.get("options"), card.labels)
        _take_weights(network, weights, scalars, card.temperature)
    noise = np.random.default_rng(0).integers(0, 256, (16, FACE_SIZE, FACE_SIZE)).astype(np.uint8)
    parity(file, deployed(network, card.temperature), noise, card.precision or "float16")
    return network, card.labels


def renormalise(network, pictures, batch=128):
    """Gives each batch normalisation the statistics of its inputs on `pictures`, so that training can continue.

    The network's answers stay the same. pictures: uint8 (n, 48, 48). network: one that `recover` returned.
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


def _build(name, family, options, labels):
    try:
        return networks.build(family, len(labels), **options)
    except (KeyError, TypeError, ValueError) as error:
        known = ", ".join(networks.BUILDERS)
        raise BadModel(f"{name}: its card must name one of {known} and its options: {error!r}") from None


def _member(name, weights, scalars, card, family, options, labels):
    network = _build(card.name, family, options, labels)
    own = [of for of in weights if re.search(rf"(^|/){name}(_\d+)?/", of[0])]
    _take_weights(network, own, scalars)
    return network, [labels.index(label) for label in card.labels]


def _take_weights(network, weights, scalars, temperature=None):
    """Fills a network with the weights of a file; `temperature` is the one folded into the last layer, if any."""
    weighted = [layer for layer in network.layers if isinstance(layer, layers.Conv2D | layers.Dense)]
    for layer in weighted:
        is_last = temperature is not None and layer is weighted[-1]
        kernel, bias = _kernel_and_bias(weights, "temperature" if is_last else layer.name)
        if is_last:
            kernel, bias = kernel * temperature, bias * temperature
        if layer is weighted[0]:
            kernel = kernel / _folded_scale(network, scalars)
        if layer.use_bias:
            layer.set_weights([kernel, bias])
        else:
            layer.set_weights([kernel])
            after = network.get_layer(f"{layer.name}_bn")
            one, nothing = np.ones_like(bias), np.zeros_like(bias)
            after.set_weights([one, bias, nothing, one - after.epsilon])


def _weights(file):
    """The weights in a LiteRT file, given as bytes, with their layers: [(names, kernel, bias or None)].

    The names come from the layer's output, which is named after all layers folded into it; the constants may have lost
    their names. kernel: float32 (out, height, width, in) or (out, in).
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(file, 0))
    for graph in model.subgraphs:
        stored = {}
        for place, tensor in enumerate(graph.tensors):
            content = model.buffers[tensor.buffer].data
            if tensor.type in _KINDS and content is not None and len(content):
                stored[place] = _values(tensor, content)
        for operator in graph.operators:
            known = model.operatorCodes[operator.opcodeIndex]
            kind = max(known.builtinCode, known.deprecatedBuiltinCode)  # the older field holds only small codes
            inputs = [stored.get(place) for place in operator.inputs]
            if kind == schema.BuiltinOperator.DEQUANTIZE and inputs[0] is not None:
                stored[operator.outputs[0]] = inputs[0]
            if kind in _WEIGHTED:
                yield graph.tensors[operator.outputs[0]].name.decode(), inputs[1], inputs[2] if inputs[2:] else None


def _scalars(file):
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(file, 0))
    tensors = [tensor for graph in model.subgraphs for tensor in graph.tensors]
    stored = [(tensor, model.buffers[tensor.buffer].data) for tensor in tensors if tensor.type in _KINDS]
    return [_values(t, content) for t, content in stored if content is not None and len(content) and not len(t.shape)]


def _values(tensor, content):
    shape = () if tensor.shape is None else tuple(tensor.shape)
    values = np.frombuffer(bytes(content), _KINDS[tensor.type]).reshape(shape).astype(np.float32)
    if tensor.type != schema.TensorType.INT8:
        return values
    scale, zero = (np.asarray(part, np.float32) for part in (tensor.quantization.scale, tensor.quantization.zeroPoint))
    along = [1] * values.ndim
    along[tensor.quantization.quantizedDimension] = -1
    return (values - zero.reshape(along)) * scale.reshape(along)


def _folded_scale(network, scalars):
    """The scale of grey levels that was folded into the first kernel; 1 where none was."""
    scales = [layer.scale for layer in network.layers if isinstance(layer, layers.Rescaling)]
    stands_apart = any(np.isclose(value, scale, rtol=2e-3) for scale in scales for value in scalars)  # also as float16
    return scales[0] if scales and not stands_apart else 1


def _kernel_and_bias(weights, layer):
    """Kernel and bias in Keras' layout: (height, width, in, out) or (in, out), and (out,)."""
    kernel, bias = next((w[1:] for w in weights if re.search(rf"(^|/){layer}(_\d+)?/", w[0])), (None, None))
    if kernel is None:
        raise BadModel(f"the file holds no weights named after {layer}")
    return np.moveaxis(kernel, 0, -1), np.zeros(len(kernel), np.float32) if bias is None else bias
