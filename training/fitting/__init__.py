"""Fits a recipe's network to its training targets."""
