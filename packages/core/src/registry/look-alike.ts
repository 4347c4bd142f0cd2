/** What the eye takes for one another in names of small letters, digits and hyphens. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/-/g, ""],
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/cl/g, "d"],
  [/[1i]/g, "l"],
  [/0/g, "o"],
  [/5/g, "s"],
  [/2/g, "z"],
  [/8/g, "b"],
  [/(.)\1+/g, "$1"],
];

/** Names that are read as the same one have the same outline. */
function outlineOf(name: string): string {
  return ALIKE.reduce((text, [seen, read]) => text.replaceAll(seen, read), name);
}

/** The first of the names that another would be taken for, itself left out. */
export function lookAlikeOf(name: string, others: Iterable<string>): string | undefined {
  const outline = outlineOf(name);
  for (const other of others) if (other !== name && outlineOf(other) === outline) return other;
  return undefined;
}
