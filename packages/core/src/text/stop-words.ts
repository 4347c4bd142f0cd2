/** English words of grammar and politeness, folded: they say nothing about what is worked on. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a about above after again against all almost already also although always am an and another any " +
    "anyone anything are around as at away back be because been before being below between both but " +
    "by bye can cannot could did do does doing done down during each either else enough even ever " +
    "every everyone everything few for from further get gets getting give given go goes going gone " +
    "good got great had has have having he hello help hello her here hers herself hey hi him himself " +
    "his how however i if in instead into is it its itself just keep know least less let like likely " +
    "little lot made make many may maybe me mean might mine more most much must my myself need needs " +
    "neither never next no nobody none nor not nothing now of off often oh ok okay on once one only " +
    "onto or other others our ours out over own per perhaps please put quite rather really right said " +
    "same say see seem several shall she should since so some someone something soon sorry still such " +
    "sure take than thank thanks that the their theirs them themselves then there these they thing " +
    "things think this those though through thus to today together tomorrow too toward try two under " +
    "until up upon us use used uses using usually very via want wants was way we well were what " +
    "whatever when where whether which while who whole whom whose why will with within without would " +
    "yeah yes yesterday yet you your yours yourself"
  ).split(" "),
);
