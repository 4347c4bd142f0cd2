export { capOfVoices, capVoices } from "./cap-voices.ts";
export { type FittedRanker, fitRanker } from "./fit-ranker.ts";
export { rightShare } from "./right-share.ts";
export type { StudiedLine } from "./studied-line.ts";
