"""The labelling site: several people say what the faces in a folder look like. Never part of the public site."""
