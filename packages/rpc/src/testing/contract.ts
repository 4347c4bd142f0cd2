export { describeKiwiApiContract, type KiwiForm } from "./kiwi-contract.ts";
export { describeRunTurnContract, type RunTurnForm } from "./run-turn-contract.ts";
export { scriptedKiwi } from "./scripted-kiwi.ts";
