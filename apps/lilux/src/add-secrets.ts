import { LOCAL_TENANT } from "@lilux/protocol";
import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux secrets …` */
export function addSecrets(program: Command, deps: ProgramDeps): void {
  const secrets = program
    .command("secrets")
    .description("secrets of a tenant's scripts: they go in, and come out into a run alone");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(secrets.command(name), deps, load).option("--tenant <tenant>", "whose", LOCAL_TENANT);
  add("set", handlers.set)
    .description("set one; its value is asked for without being shown, or piped in")
    .argument("<name>", "the variable that a script finds it in, such as API_TOKEN");
  add("list", handlers.list).description("list them, without their values");
  add("remove", handlers.remove).description("remove one").argument("<name>", "which");
  add("rotate", handlers.rotate)
    .description("give one another value; runs that have begun keep the one they were given")
    .argument("[name]", "which")
    .option("--master-key", "a new master key instead: nothing is entered again");
}

const commands = () => import("./commands/secrets.ts");

const handlers = {
  set: async () => (await commands()).setSecret,
  list: async () => (await commands()).listSecrets,
  remove: async () => (await commands()).removeSecret,
  rotate: async () => (await commands()).rotateSecret,
} satisfies Record<string, () => Promise<Handler>>;
