"""Tables as Markdown writes them."""


def table(rows):
    """Rows of cells, the first the header, as a Markdown table; a cell is anything that has a `str`."""
    header, *body = rows
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def told(form, figure, unit=1):
    """The figure times the unit in that form, "" where a card does not tell it."""
    return "" if figure is None else form.format(figure * unit)
