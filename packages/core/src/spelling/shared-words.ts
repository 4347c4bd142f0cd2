/** What lines over any library are made of: verbs that ask for something, and kinds of items. */
export const SHARED_WORDS: readonly string[] = (
  "archive backup build cancel check clean compare convert create delete deploy directive " +
  "directives disable download enable execute export fetch find generate import install knowledge " +
  "launch list load lookup merge migrate monitor notify open optimize publish refresh registry " +
  "remove rename render report reset restart restore review rotate script scripts search send " +
  "show split start stop summarize synchronize test translate trigger update upload validate verify"
).split(" ");
