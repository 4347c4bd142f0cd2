import type { FittedRanker, StudiedLine } from "@lilux/core/fitting";
import { rightShare } from "@lilux/core/fitting";
import type { DatasetManifest, ModelCard } from "@lilux/protocol";
import type { StudiedRows } from "./study-rows.ts";

/** What is to be known of a fitted ranker. The gate's figures stand beside it, and decide; these do not. */
export function cardOfFit(given: {
  manifest: DatasetManifest;
  dataSha256: string;
  studied: StudiedRows;
  fitted: FittedRanker;
}): ModelCard {
  const { manifest, dataSha256, studied, fitted } = given;
  const { base, encoder, lines } = studied;
  const figure = rightShare(fitted.offset, lines.validation);
  return {
    licence: "the tenant's own",
    base: {
      name: `${encoder.name} ${encoder.version}`,
      licence: "Apache-2.0",
      sha256: base["model.onnx"] ?? "",
    },
    data: { sha256: dataSha256, licence: "the tenant's own", dataset: manifest.version },
    figures: [
      {
        name: "right first, of the lines by which its strength was chosen",
        ...figure,
      },
    ],
    limits: limitsOf(manifest, lines.train),
  };
}

function limitsOf({ people, turns }: DatasetManifest, train: readonly StudiedLine[]): string {
  return `An offset on a ranker's weights and temperatures, from ${train.length} lines of ${people} people in ${turns} turns of one tenant. It knows no item and no person; what one person taught is a lesson, which counts beside it.`;
}
