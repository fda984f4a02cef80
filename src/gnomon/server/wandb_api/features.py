"""What this server tells clients it can do. A feature that is not named is off for them."""

from __future__ import annotations

FEATURES = {
    "STRUCTURED_CONSOLE_LOGS": True,
    "FILESTREAM_GZIP": True,
    "SWEEPS_QUERY_FILTERING": True,
    "SWEEPS_LOCAL_SCHEDULER": True,
    "USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION": True,
    "ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID": True,
    "ARTIFACT_COLLECTIONS_FILTERING_SORTING": True,
    "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE": True,
    "MARK_RUN_FILES_UPLOADED": True,
    "UPDATE_RUN_STATE": True,
    # Older clients ask for these; newer ones take them for granted.
    "LARGE_FILENAMES": True,
    "ARTIFACT_TAGS": True,
    "CLIENT_IDS": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILES": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILE_DOWNLOAD_HANDLER": True,
    "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP": True,
    "TOTAL_COUNT_IN_FILE_CONNECTION": True,
}
