import { TextEnum } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { DecideRequest } from "./language-model.ts";

/** A, B, C …: what a model answers with in one token. */
export function letterOf(at: number): string {
  return String.fromCharCode("A".charCodeAt(0) + at);
}

/** The question as text, for models that have no route for it. */
export function letteredQuestion({ line, instructions, options }: DecideRequest): string {
  const listed = options.map(({ description }, at) => `${letterOf(at)}) ${description}`);
  return `The person wrote:\n${line}\n\n${instructions}\n\n${listed.join("\n")}\n\nAnswer with one letter.`;
}

/** The answer of a model that can only write. */
export const WrittenDecision = Type.Object(
  { answer: TextEnum(["A", "B", "C", "D"]) },
  { additionalProperties: false },
);
export type WrittenDecision = Static<typeof WrittenDecision>;

/** Its name on the wire: a server's grammar for it is warm once it was asked for. */
export const WRITTEN_DECISION_NAME = "verify_call";
