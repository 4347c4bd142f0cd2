/** The model reads some 60 tokens; what stands further on is at most a value or a word of a name. */
const PREFIX = 1_024;
const SUFFIX = 256;
/** Neither a word of a name nor a value: nothing is read across the cut. */
const CUT = " … ";

/**
 * A line as it is read: whole, or its beginning and its end when it is so long
 * that reading all of it would take a neighbour's time. Nobody reads a list of
 * calls while pasting a page; what is committed is the whole line all the same.
 */
export function boundLine(text: string): string {
  if (text.length <= PREFIX + CUT.length + SUFFIX) return text;
  return text.slice(0, PREFIX).toWellFormed() + CUT + text.slice(-SUFFIX).toWellFormed();
}
