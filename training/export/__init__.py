"""From a fitted network to a folder of models/, and back."""
