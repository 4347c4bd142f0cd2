const STEM_CHARACTERS_MIN = 3;
const DOUBLED = /..([bdgkmnprt])\1$/;
const VOWEL = /[aeiouy]/;

/**
 * The word without its most common English endings, so that `validates`,
 * `validating`, `validated` and `validation` meet. Light on purpose: a stem is
 * only ever compared with other stems, and a wrong merge costs more than a
 * missed one. Takes a folded word.
 */
export function stemWord(word: string): string {
  if (word.length <= STEM_CHARACTERS_MIN || !/^[a-z]+$/.test(word)) return word;
  return withoutFinalE(withoutSuffix(withoutPlural(word)));
}

function withoutPlural(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (/(?:[sxz]|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

function withoutSuffix(word: string): string {
  if (word.endsWith("ation") && word.length >= 8) return word.slice(0, -3);
  for (const suffix of ["ing", "ed"]) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, -suffix.length);
    if (stem.length < STEM_CHARACTERS_MIN || !VOWEL.test(stem)) continue;
    return DOUBLED.test(stem) ? stem.slice(0, -1) : stem;
  }
  return word;
}

function withoutFinalE(word: string): string {
  return word.endsWith("e") && word.length > STEM_CHARACTERS_MIN + 1 ? word.slice(0, -1) : word;
}
