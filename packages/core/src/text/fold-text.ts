const MARKS = /\p{M}+/gu;

/** Text as it is compared: compatibility forms and accents folded away, lower case. */
export function foldText(text: string): string {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase();
}
