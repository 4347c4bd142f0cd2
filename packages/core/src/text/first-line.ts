/** A text's first line, cut at a word where it is longer than this. */
export function firstLine(text: string, charactersMax: number): string {
  const [line = ""] = text.trim().split(/\r?\n/, 1);
  const whole = line.replaceAll(/\s+/gu, " ");
  if (whole.length <= charactersMax) return whole;
  const cut = whole.slice(0, charactersMax - 1);
  const lastSpace = cut.lastIndexOf(" ");
  return `${lastSpace > charactersMax / 2 ? cut.slice(0, lastSpace) : cut}…`;
}
