/** Code that uses a version, as it runs when pasted. Pure. */
import type { ArtifactVersion } from "@/api/types";

export function fullName(version: Pick<ArtifactVersion, "entity" | "project" | "collection" | "version">): string {
  return `${version.entity}/${version.project}/${version.collection}:${version.version}`;
}

export function codeInRun(version: ArtifactVersion): string {
  return [
    "import gnomon",
    "",
    `run = gnomon.init(entity="${version.entity}", project="${version.project}")`,
    `artifact = run.use_artifact("${fullName(version)}", type="${version.type}")`,
    "folder = artifact.download()",
  ].join("\n");
}

export function codeWithoutRun(version: ArtifactVersion): string {
  return [
    "import gnomon",
    "",
    `artifact = gnomon.Api().artifact("${fullName(version)}")`,
    "folder = artifact.download()",
  ].join("\n");
}

export function codeOfNext(version: ArtifactVersion): string {
  return [
    `artifact = gnomon.Artifact("${version.collection}", type="${version.type}")`,
    'artifact.add_file("PATH")',
    "run.log_artifact(artifact)",
  ].join("\n");
}

export function lineOfDownload(version: ArtifactVersion): string {
  return `gnomon artifact get ${fullName(version)}`;
}
