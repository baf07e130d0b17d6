"""Markdown tables."""


def table(rows):
    """Rows of cells as a Markdown table; the first row is the header, and `str` turns each cell into text."""
    header, *body = rows
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def told(form, figure, unit=1):
    """The figure, multiplied by `unit` and written in the format `form`; "" where the card lacks it."""
    return "" if figure is None else form.format(figure * unit)
