"""References to objects in S3 and Google Cloud Storage, through the libraries that people have for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from gnomon.sdk.artifacts.entry import ArtifactManifestEntry
from gnomon.sdk.artifacts.errors import ArtifactError, MissingReference
from gnomon.sdk.artifacts.manifest import logical


class Found(NamedTuple):
    """An object of a bucket."""

    key: str
    etag: str
    size: int
    extra: dict[str, Any]


class Place(NamedTuple):
    """What an address means."""

    bucket: str
    key: str
    version: str | None


def entries_of(uri: str, name: str | None, *, checksum: bool, most: int) -> list[ArtifactManifestEntry]:
    """The entries of an object, or of all below a prefix. Raises ArtifactError."""
    scheme = urlsplit(uri).scheme
    place = place_of(uri)
    bare = f"{scheme}://{place.bucket}/{place.key}"
    if not checksum:
        return [ArtifactManifestEntry(logical(name or place.key or place.bucket), bare, ref=bare)]
    bucket = _Bucket.opened(scheme, place.bucket)
    one = bucket.find(place.key, place.version) if place.key else None
    if one is not None:
        path = logical(name or place.key.rpartition("/")[2])
        return [ArtifactManifestEntry(path, one.etag, ref=bare, size=one.size, extra=one.extra)]
    if place.version is not None:
        raise ArtifactError(f"{uri} does not exist")
    prefix = place.key.rstrip("/")
    entries: list[ArtifactManifestEntry] = []
    for found in bucket.below(place.key):
        if found.key.endswith("/") or (scheme == "s3" and not found.size):
            continue  # stands for a folder
        if len(entries) >= most:
            raise ArtifactError(f"There are more than {most} objects in {uri}; say how many may be: max_objects=...")
        inner = found.key.removeprefix(prefix).lstrip("/") if found.key.startswith(prefix + "/") or not prefix else None
        relative = inner if inner is not None else found.key.rpartition("/")[2]
        ref = f"{scheme}://{place.bucket}/{found.key}"
        path = logical(f"{name}/{relative}" if name else relative)
        entries.append(ArtifactManifestEntry(path, found.etag, ref=ref, size=found.size, extra=found.extra))
    if not entries:
        raise ArtifactError(f"There is no object at {uri}")
    return entries


def fetch(entry: ArtifactManifestEntry, target: str) -> None:
    """Write the object that a reference means to a file. Raises MissingReference."""
    ref = str(entry.ref)
    place = place_of(ref)
    bucket = _Bucket.opened(urlsplit(ref).scheme, place.bucket)
    version = entry.extra.get("versionID")
    found = bucket.find(place.key, version) or (bucket.find(place.key, None) if version else None)
    if found is None:
        raise MissingReference(f"{entry.path!r} refers to {ref}, which is not there")
    if entry.digest not in (found.etag, ref):
        raise MissingReference(f"{ref} is not what it was when it was added to the artifact as {entry.path!r}")
    bucket.write(place.key, found.extra.get("versionID"), target)


def place_of(uri: str) -> Place:
    """What an address of a bucket means.

    >>> place_of("s3://b/a/k?versionId=7")
    Place(bucket='b', key='a/k', version='7')
    >>> place_of("gs://b/k#12")
    Place(bucket='b', key='k', version='12')
    """
    parts = urlsplit(uri)
    version = parse_qs(parts.query).get("versionId", [""])[0] or parts.fragment
    return Place(parts.netloc, parts.path.lstrip("/"), version or None)


class _Bucket:
    """A bucket of either kind."""

    @staticmethod
    def opened(scheme: str, name: str) -> _Bucket:
        return _S3(name) if scheme == "s3" else _Google(name)

    def find(self, key: str, version: str | None) -> Found | None:
        raise NotImplementedError

    def below(self, prefix: str) -> Iterable[Found]:
        raise NotImplementedError

    def write(self, key: str, version: str | None, target: str) -> None:
        raise NotImplementedError


class _S3(_Bucket):
    def __init__(self, name: str, environ: Mapping[str, str] = os.environ) -> None:
        boto3 = _library("boto3", "s3://", "boto3")
        self._errors: Any = import_module("botocore.exceptions")
        self._name = name
        self._client: Any = boto3.session.Session().client(
            "s3", endpoint_url=environ.get("AWS_S3_ENDPOINT_URL"), region_name=environ.get("AWS_REGION")
        )

    def find(self, key: str, version: str | None) -> Found | None:
        given = {"VersionId": version} if version else {}
        try:
            said = self._client.head_object(Bucket=self._name, Key=key, **given)
        except self._errors.ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NoSuchVersion", "NotFound"):
                return None
            raise self._refused(error) from None
        except self._errors.BotoCoreError as error:
            raise self._refused(error) from None
        if "x-directory" in str(said.get("ContentType") or ""):
            return None
        return self._found(key, said["ETag"], said["ContentLength"], said.get("VersionId"))

    def below(self, prefix: str) -> Iterable[Found]:
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix):
                for said in page.get("Contents", ()):
                    yield self._found(said["Key"], said["ETag"], said["Size"], None)
        except (self._errors.ClientError, self._errors.BotoCoreError) as error:
            raise self._refused(error) from None

    def write(self, key: str, version: str | None, target: str) -> None:
        given = {"VersionId": version} if version else {}
        try:
            self._client.download_file(self._name, key, target, ExtraArgs=given)
        except (self._errors.ClientError, self._errors.BotoCoreError) as error:
            raise MissingReference(f"s3://{self._name}/{key} cannot be fetched: {error}") from None

    def _found(self, key: str, etag: str, size: int, version: str | None) -> Found:
        bare = etag.strip('"')
        extra = {"etag": bare, **({"versionID": version} if version and version != "null" else {})}
        return Found(key, bare, size, extra)

    def _refused(self, error: Exception) -> ArtifactError:
        return ArtifactError(f"s3://{self._name} cannot be asked: {error}. Are the credentials and the region right?")


class _Google(_Bucket):
    def __init__(self, name: str) -> None:
        storage = _library("google.cloud.storage", "gs://", "google-cloud-storage")
        self._name = name
        self._bucket: Any = storage.Client().bucket(name)

    def find(self, key: str, version: str | None) -> Found | None:
        return _google_found(self._asked(lambda: self._bucket.get_blob(key, generation=version)))

    def below(self, prefix: str) -> Iterable[Found]:
        for blob in self._asked(lambda: list(self._bucket.list_blobs(prefix=prefix))):
            found = _google_found(blob)
            if found is not None:
                yield found

    def write(self, key: str, version: str | None, target: str) -> None:
        blob = self._asked(lambda: self._bucket.get_blob(key, generation=version))
        self._asked(lambda: blob.download_to_filename(target))

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except Exception as error:  # the library's errors have no common root that is always importable
            raise ArtifactError(f"gs://{self._name} cannot be asked: {error}. Are the credentials right?") from None


def _google_found(blob: Any) -> Found | None:
    if blob is None:
        return None
    return Found(blob.name, blob.etag, blob.size, {"versionID": blob.generation})


def _library(module: str, scheme: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise ArtifactError(f"References to {scheme} need {package}: pip install {package}") from None
