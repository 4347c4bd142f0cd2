/**
 * What a terminal would obey instead of showing, or what hides or turns round
 * what stands beside it: controls (escape, bell, carriage return, the C1 set),
 * marks of direction and other formats, line separators, half characters. Line
 * feeds and tabs stay, and the joiners that emoji and many scripts are written with.
 */
const UNSHOWN = /(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * The text with each such character written as `\uXXXX`, so that text of others
 * can be put on a terminal. JSON stays JSON of the same value.
 */
export function writeOut(text: string): string {
  return text.replaceAll(UNSHOWN, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
