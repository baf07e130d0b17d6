"""Writes a fitted network to a folder of models/, and reads it back."""
