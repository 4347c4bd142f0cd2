/** What in a line a value was read by. */
export type ValueReading =
  | "assignment"
  | "name"
  | "name_then_word"
  | "switch"
  | "switch_word"
  | "switch_inflected"
  | "amount"
  | "ordinal"
  | "choice"
  | "choice_alike"
  | "choice_by_meaning"
  | "statement"
  | "role"
  | "date"
  | "form"
  | "number"
  | "structure"
  | "beside_name"
  | "words"
  | "before";

/** See `docs/decisions`; how often such a value is the one meant. */
const CONFIDENCE: Readonly<Record<ValueReading, number>> = {
  assignment: 0.99,
  name: 0.97,
  name_then_word: 0.8,
  switch: 0.97,
  switch_word: 0.85,
  switch_inflected: 0.85,
  amount: 0.97,
  ordinal: 0.85,
  choice: 0.97,
  choice_alike: 0.85,
  choice_by_meaning: 0.85,
  statement: 0.85,
  role: 0.93,
  date: 0.9,
  form: 0.88,
  number: 0.85,
  structure: 0.93,
  beside_name: 0.75,
  words: 0.72,
  before: 0.85,
};

export function confidenceOfReading(by: ValueReading): number {
  return CONFIDENCE[by];
}
