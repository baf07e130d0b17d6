"""Prints a model's figures in a terminal."""

TOO_FEW = 10
"""Of a word of which an exam holds fewer pictures, nothing can be said."""


def print_scores(name, scores):
    """Prints each exam's report: the figures, then one row for each emotion."""
    for exam, report in scores.items():
        low, high = report["interval"]
        print(
            f"{name} on {exam}: accuracy {report['accuracy']:.4f} ({low:.3f} to {high:.3f}) of {report['rows']}, "
            f"macro F1 {report['macro_f1']:.4f}, calibration error {report['ece']:.4f}"
        )
        if "divergence" in report:
            print(
                "from the votes: Kullback-Leibler {kl:.4f}, Jensen-Shannon {js:.4f} nats".format_map(
                    report["divergence"]
                )
            )
        print(f"{'':12}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}    said: {' '.join(report['labels'])}")
        for row, (label, figures) in zip(report["confusion"], report["per_class"].items(), strict=True):
            cells = "".join(f"{figures[key]:>10.3f}" for key in ("precision", "recall", "f1"))
            doubt = "    too few to say" if figures["support"] < TOO_FEW else ""
            print(f"{label:12}{cells}{figures['support']:>10}    {row}{doubt}")


def print_standing(card):
    """Prints from which probability a model is certain, who its raters were, and whether it is experimental."""
    certain = card.certain_from
    covered = f"{certain['coverage']:.1%} of the held-out faces, {certain['accuracy']:.1%} right"
    print(f"certain from {certain['threshold']}: {covered}")
    for name, told in certain.get("doubtful", {}).items():
        print(f"  {name}: {told['coverage']:.1%}, {told['accuracy']:.1%} right")
    if card.agreement:
        alpha = card.agreement.get("alpha", {})
        print(
            f"learnt from {card.agreement.get('votes')} votes of {card.agreement.get('raters')} raters, "
            f"Krippendorff's alpha {alpha.get('value')} ({alpha.get('low')} to {alpha.get('high')})"
        )
    if card.experimental:
        print(f"{card.name} is experimental: its exam holds too few pictures to say how good it is")


def print_probe(figures):
    """Prints the figures of training/scoring/probe.py, one line for each condition."""
    clean = figures["conditions"]["as it is"]
    for name, shares in figures["conditions"].items():
        print(f"{name:30}{_accuracies(shares, clean)}")
    for way in ("detector", "webcam"):
        through = figures[way]
        print(f"{way}: found {through['found']:.3f}")
        if through["found"]:
            print(f"the box is {through['framing']:.2f} of the picture; as they are{_accuracies(through['ready'])}")
            for scale, shares in through["crops"].items():
                print(f"crop {scale} of the box{'':12}{_accuracies(shares, through['ready'])}")


def print_disagreements(figures):
    """Prints the figures of training/scoring/disagreements.py."""
    print(f"the network says another word than the label on {figures['disagreed']}; most voters side with")
    print("".join(f"  {side} {share:.3f}" for side, share in figures["sides"].items()))
    for pair in figures["pairs"]:
        shares = "".join(f"  {side} {share:.3f}" for side, share in pair["sides"].items())
        print(f"{pair['label'] + ' read as ' + pair['net']:30}{pair['pictures']:4}{shares}")
    print(
        "agrees with most voters over all:", ", ".join(f"{who} {share:.3f}" for who, share in figures["agree"].items())
    )


def _accuracies(shares, clean=None):
    loss = lambda name: f" {shares[name] - clean[name]:+.3f}" if clean else ""  # noqa: E731
    return "".join(f"  {name} {share:.3f}{loss(name)}" for name, share in shares.items())


def print_groups(title, found):
    """Prints the figures of `by_group`: one line for each group and one for the gap."""
    print(f"{title}, by group:")
    for name, figures in found["groups"].items():
        low, high = figures["interval"]
        print(f"{name:30}{figures['accuracy']:.3f} ({low:.3f} to {high:.3f}) of {figures['rows']}")
    gap = found["gap"]
    low, high = gap["interval"]
    print(
        f"largest gap: {gap['difference']:.3f} ({low:.3f} to {high:.3f}), {gap['best']} over {gap['worst']}; "
        f"among random groups of these sizes under {gap['by_chance']:.3f} in 95 of 100"
    )
