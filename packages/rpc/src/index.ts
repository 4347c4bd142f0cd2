export type { KiwiApi, KiwiCallOptions } from "./kiwi-api.ts";
export type { RunTurn, RunTurnOptions } from "./run-turn.ts";
