"""The optimizer and the learning rate of a recipe."""

import keras

from training.fitting.muon import Muon


def optimizer(recipe, steps, outputs):
    options = {"learning_rate": learning_rate(recipe, steps)}
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


def learning_rate(recipe, steps):
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
