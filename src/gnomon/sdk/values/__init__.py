"""What may be logged besides plain numbers: foreign scalars and arrays, nested dicts, media.

No module here imports numpy, torch, PIL or the like: values are known by what they can do, and a library is
used only when the caller has loaded it.
"""
