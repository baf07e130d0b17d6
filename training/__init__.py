"""Makes the networks: from FER2013 to a folder in `models/`. Start with `python -m training --help`."""
