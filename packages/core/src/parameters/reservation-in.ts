/** What makes a request wait for something: "but ask me first", "once Ann has agreed". */
const RESERVATION =
  /\b(?:but|though|although|unless|provided|only (?:if|when|after|once)|not (?:before|until)|as soon as|once (?=\S+ (?:has|have|is|are|was|were|had|did|does|says?))|after (?=\S+ \S+ (?:is|are|was|has|have)\b))/iu;
const FIRST = /\bfirst\W*$/iu;

/** The part of a line that is a condition on the rest, with where it begins; undefined without one. */
export function reservationIn(
  text: string,
): { text: string; at: number; isFirst: boolean } | undefined {
  const found = RESERVATION.exec(text);
  if (found === null) return undefined;
  const rest = text.slice(found.index).trim();
  return { text: rest, at: found.index, isFirst: FIRST.test(rest) };
}
