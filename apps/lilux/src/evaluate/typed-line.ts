/** One character more was typed. */
export interface TypedStep {
  /** Share of the line's characters typed, above 0 and up to 1. */
  fraction: number;
  /** The leading answer in a form that compares; "no call" is null. */
  leader: string | null;
  /** The likeliest call in the same form, also where "no call" is likelier. */
  call: string | null;
  confidence: number;
  isRight: boolean;
}

export interface TypedLine {
  characters: number;
  steps: readonly TypedStep[];
}
