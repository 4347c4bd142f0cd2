const ENDINGS = ["s", "es", "d", "ed", "r", "er", "rs", "ers", "ing", "ings", "able", "ly", "less"];
const BASE_LENGTH_MIN = 3;
const DOUBLED = /([bdglmnprt])\1$/;

/** What a word may be a regular form of: "strapping" of "strap", "reusable" of "reuse". */
export function basesOf(word: string): string[] {
  return ENDINGS.filter((ending) => word.endsWith(ending)).flatMap((ending) => {
    const base = word.slice(0, -ending.length);
    if (base.length < BASE_LENGTH_MIN) return [];
    const forms = /^[aei]/.test(ending) ? [base, `${base}e`] : [base];
    return DOUBLED.test(base) ? [...forms, base.slice(0, -1)] : forms;
  });
}
