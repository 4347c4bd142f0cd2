import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import type { ParameterTarget } from "./parameter-target.ts";

/** An item's inputs stay the same from key to key. */
const stemsOfInputs = new WeakMap<readonly InputSpec[], readonly string[]>();

/** Stems of the words that an item and its inputs are about. */
export function ownWords({
  inputs,
  idWords,
  knownWords,
}: Pick<ParameterTarget, "inputs" | "idWords" | "knownWords">): ReadonlySet<string> {
  return new Set([...[...idWords, ...knownWords].map(stemWord), ...stemsOf(inputs)]);
}

function stemsOf(inputs: readonly InputSpec[]): readonly string[] {
  const known = stemsOfInputs.get(inputs);
  if (known !== undefined) return known;
  const stems = inputs.flatMap(({ name, description = "" }) =>
    splitIdentifier(`${name} ${description}`).map(stemWord),
  );
  stemsOfInputs.set(inputs, stems);
  return stems;
}
