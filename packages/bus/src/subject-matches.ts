/**
 * Whether a subject fits a pattern, as NATS reads it: `*` is exactly one token,
 * `>` one or more at the end.
 */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  for (const [index, token] of wanted.entries()) {
    if (token === ">") return tokens.length > index;
    const found = tokens[index];
    if (found === undefined || (token !== "*" && token !== found)) return false;
  }
  return wanted.length === tokens.length;
}
