import { runStrictServer } from "@lilux/orchestrator/strict-server";

/** A model server of its own process, so that its time is not the orchestrator's. Prints its address. */
const server = await runStrictServer({
  reply: () => ({
    text: "The valve closes when the float rises, and nobody watches it. ".repeat(6),
  }),
});
process.stdout.write(`${server.url}\n`);
