import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import type { ParameterTarget } from "./parameter-target.ts";

/** An item and its inputs stay the same from key to key. */
const stemsOfInputs = new WeakMap<readonly InputSpec[], readonly string[]>();
const stemsOfSets = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();
const ownOfItems = new WeakMap<ReadonlySet<string>, OwnOfItem>();

interface OwnOfItem extends Pick<ParameterTarget, "inputs" | "idWords"> {
  own: ReadonlySet<string>;
}

/** Stems of the words that an item and its inputs are about. */
export function ownWords({
  inputs,
  idWords,
  knownWords,
}: Pick<ParameterTarget, "inputs" | "idWords" | "knownWords">): ReadonlySet<string> {
  const known = ownOfItems.get(knownWords);
  if (known?.inputs === inputs && known.idWords === idWords) return known.own;
  const stems = [...idWords.map(stemWord), ...stemsOfWords(knownWords), ...stemsOf(inputs)];
  const own = new Set(stems);
  ownOfItems.set(knownWords, { inputs, idWords, own });
  return own;
}

export function stemsOfWords(words: ReadonlySet<string>): ReadonlySet<string> {
  const known = stemsOfSets.get(words);
  if (known !== undefined) return known;
  const stems = new Set([...words].map(stemWord));
  stemsOfSets.set(words, stems);
  return stems;
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
