export { abortError, deadlineSignal, untilAborted } from "./deadline.ts";
export { createLatestWins, type LatestWins } from "./latest-wins.ts";
export { createTokenBucket, type TokenBucket } from "./token-bucket.ts";
