"""The metric store that needs nothing but a folder: a commit log, segments with levels of detail, a catalogue."""
