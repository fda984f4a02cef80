"""Artifacts as scripts make, log, find and download them.

artifact    one version: `Artifact`, of the parts `facts`, `filling` and `reading`
entry       a file or a reference in one
manifest    all entries of one
staging     files between the call that adds them and the server
snapshot    a file as it is at one moment
references  what stays where it is; `buckets` for S3 and Google
record      what the shipper is told, and what it answers
of_run      what a run does with artifacts
incoming    versions that a server has, by their names
download    fetching files
cache       files kept on this machine
"""
