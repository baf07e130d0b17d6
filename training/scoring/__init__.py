"""Scores and calibration of models."""
