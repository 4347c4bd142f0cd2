/** English words of grammar, folded: they say next to nothing about an item. */
export const GRAMMAR_WORDS: ReadonlySet<string> = new Set(
  (
    "a about again all also am an and any are as at be been but by can could did do does for from " +
    "get got had has have he help her here him his how i if in into is it its just let like me my " +
    "need no not now of on or our out please so some than that the their them then there these " +
    "they this to up us use using want was we were what when where which who why will with would " +
    "you your"
  ).split(" "),
);

/** Further words of grammar and politeness. Search weighs these as it does any other: some name items. */
const POLITE_WORDS = (
  "above after against almost already although always another anyone anything around away back " +
  "because before being below between both bye cannot doing done down during each either else " +
  "enough even ever every everyone everything few further gets getting give given go goes going " +
  "gone good great having hello hello hers herself hey hi himself however instead itself keep " +
  "know least less likely little lot made make many may maybe mean might mine more most much " +
  "must myself needs neither never next nobody none nor nothing off often oh ok okay once one " +
  "only onto other others ours over own per perhaps put quite rather really right said same say " +
  "see seem several shall she should since someone something soon sorry still such sure take " +
  "thank thanks theirs themselves thing things think those though through thus today together " +
  "tomorrow too toward try two under until upon used uses usually very via wants way well " +
  "whatever whether while whole whom whose within without yeah yes yesterday yet yours yourself"
).split(" ");

/** What says nothing about what a person is working on. */
export const STOP_WORDS: ReadonlySet<string> = new Set([...GRAMMAR_WORDS, ...POLITE_WORDS]);
