import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux streams …` */
export function addStreams(program: Command, deps: ProgramDeps): void {
  const streams = program
    .command("streams")
    .description("the streams of an instance of several processes, as its operator sees them");
  answering(streams.command("show"), deps, handlers.show).description(
    "what each holds of what it may",
  );
  answering(streams.command("grow"), deps, handlers.grow)
    .description("give one more room, which no start takes back")
    .argument("<stream>", "which, such as TURNS")
    .argument("<size>", "bytes, or such as 8GiB; never less than it has");
  answering(streams.command("unended"), deps, handlers.unended).description(
    "turns that were accepted more than ten minutes ago and have no end",
  );
}

const commands = () => import("./commands/streams.ts");

const handlers = {
  show: async () => (await commands()).showStreams,
  grow: async () => (await commands()).growStream,
  unended: async () => (await commands()).showUnended,
} satisfies Record<string, () => Promise<Handler>>;
