"""Data sets as arrays of labelled faces."""
