"""Tables as Markdown writes them."""


def table(rows):
    """Rows of cells, the first the header, as a Markdown table; a cell is anything that has a `str`."""
    header, *body = rows
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
