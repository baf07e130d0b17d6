"""Muon, Keras' own, for convolutional networks."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("training")
class Muon(keras.optimizers.Muon):
    """Orthogonalises each update's matrix, so that all its directions are learnt at the same rate.

    Jordan 2024, https://kellerjordan.github.io/posts/muon; step sizes as Adam's, Liu et al. 2025,
    https://arxiv.org/abs/2502.16982. Keras' Muon leaves convolutions to AdamW; here a kernel (height, width,
    in, out) is a matrix of height × width × in rows. AdamW still updates vectors, the layers named in `exclude_layers`,
    and kernels with a single input channel. The iterations run in bfloat16, as Jordan's do; for VGG16 they took
    two thirds of the time they took in float32.
    """

    def _should_use_adamw(self, variable):
        return (
            len(variable.shape) < 2 or variable.shape[-2] == 1 or any(n in variable.path for n in self.exclude_layers)
        )

    def zeropower_via_newtonschulz5(self, x, steps):
        matrix = ops.cast(ops.reshape(x, (-1, x.shape[-1])), "bfloat16")
        matrix = super().zeropower_via_newtonschulz5(matrix, steps)
        return ops.cast(ops.reshape(matrix, x.shape), x.dtype)

    def transpose_last_axis(self, matrix):
        return ops.transpose(matrix)

    def lr_adjust(self, x):
        return x * self.rms_rate * math.sqrt(max(math.prod(x.shape[:-1]), x.shape[-1]))
