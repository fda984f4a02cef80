"""What this server tells clients it can do. A feature that is not named is off for them."""

from __future__ import annotations

FEATURES = {
    "STRUCTURED_CONSOLE_LOGS": True,
    "FILESTREAM_GZIP": True,
    "SWEEPS_QUERY_FILTERING": True,
    # Older clients ask for these; newer ones take them for granted.
    "LARGE_FILENAMES": True,
    "ARTIFACT_TAGS": True,
    "CLIENT_IDS": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILES": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILE_DOWNLOAD_HANDLER": True,
    "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP": True,
    "TOTAL_COUNT_IN_FILE_CONNECTION": True,
}
