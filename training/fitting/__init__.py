"""From a recipe and its lessons to a fitted network."""
