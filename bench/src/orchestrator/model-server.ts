import { runStrictServer } from "@lilux/orchestrator/strict-server";

/** Pieces of two tokens: fifty tokens a second for each of many who are served at once. */
const PACE_MS = 40;

/** A model server of its own process, so that its time is not the orchestrator's. Prints its address. */
const server = await runStrictServer({
  paceMs: PACE_MS,
  reply: () => ({
    text: "The valve closes when the float rises, and nobody watches it. ".repeat(6),
  }),
});
process.stdout.write(`${server.url}\n`);
