import type { VersionFacts } from "@lilux/database";

/** What a publisher says of a version beside its text, as locks and answers write it; what is not said is left out. */
export interface SaidOfVersion {
  license?: string;
  source_repository?: string;
  source_commit?: string;
  built_by?: string;
}

export function saidOf({
  license,
  sourceRepository,
  sourceCommit,
  builtBy,
}: VersionFacts): SaidOfVersion {
  return {
    ...(license === null ? {} : { license }),
    ...(sourceRepository === null ? {} : { source_repository: sourceRepository }),
    ...(sourceCommit === null ? {} : { source_commit: sourceCommit }),
    ...(builtBy === null ? {} : { built_by: builtBy }),
  };
}
