/** Where a public set comes from. None of it is part of this repository. */
export interface PublicSource {
  /** The folder it lies in below the cache. */
  name: string;
  repository: string;
  commit: string;
  licence: string;
  /** What is taken of the repository, as patterns of `git sparse-checkout`. */
  paths: string[];
}

/** HWU64's sentences as its authors split them, the first of ten folds. */
export const HWU64_FOLD =
  "CrossValidation/autoGeneFromRealAnno/autoGene_2018_03_22-13_01_25_169/CrossValidation/KFold_1";
export const SNIPS_FOLDER = "2017-06-custom-intent-engines";
export const BFCL_FOLDER = "berkeley-function-call-leaderboard/bfcl_eval/data";

export const PUBLIC_SOURCES: readonly PublicSource[] = [
  {
    name: "clinc150",
    repository: "https://github.com/clinc/oos-eval",
    commit: "828f8093932c8fe6ca7936c3d2e52903b1c523de",
    licence: "CC BY 3.0",
    paths: ["/data/data_full.json", "/LICENSE"],
  },
  {
    name: "banking77",
    repository: "https://github.com/PolyAI-LDN/task-specific-datasets",
    commit: "57ec275d8078af65b7731c2a98be812d844a6d6b",
    licence: "CC BY 4.0",
    paths: ["/banking_data/", "/LICENSE"],
  },
  {
    name: "hwu64",
    repository: "https://github.com/xliuhw/NLU-Evaluation-Data",
    commit: "f6071b496b17d71e6eb43f543af0707f4ff30557",
    licence: "CC BY 4.0",
    paths: [`/${HWU64_FOLD}/testset/csv/`, `/${HWU64_FOLD}/trainset/`, "/LICENSE"],
  },
  {
    name: "snips",
    repository: "https://github.com/sonos/nlu-benchmark",
    commit: "b86ac7f1577868c42158d0dec77db50956046696",
    licence: "CC0 1.0",
    paths: [`/${SNIPS_FOLDER}/`, "/LICENSE"],
  },
  {
    name: "bfcl",
    repository: "https://github.com/ShishirPatil/gorilla",
    commit: "6ea57973c7a6097fd7c5915698c54c17c5b1b6c8",
    licence: "Apache-2.0",
    paths: [`/${BFCL_FOLDER}/`, "/LICENSE"],
  },
];
