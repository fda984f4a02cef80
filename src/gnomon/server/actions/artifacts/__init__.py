"""What can be done with artifacts, one concern a file.

A version is *pending* while its files come in, *committed* from the moment all of them are here, and never changes
then; once *deleted*, a timed job clears away what only it held.
"""
