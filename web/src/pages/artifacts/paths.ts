/** What the address of a version's page is made of. Pure. */
import type { ArtifactRef } from "@/api/types";

export function paramsOf({ entity, project, type, collection, version }: ArtifactRef) {
  return { entity, project, type, name: collection, version };
}
