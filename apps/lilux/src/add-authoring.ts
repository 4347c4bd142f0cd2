import { Argument, type Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";
import { completionScript, SHELLS } from "./completion-script.ts";
import { createPrint } from "./output/create-print.ts";
import { block } from "./output/styled.ts";

/** Commands of who writes items, and of who looks around. */
export function addAuthoring(program: Command, deps: ProgramDeps): void {
  answering(program.command("new"), deps, handlers.newItem)
    .description("write the file of a new item, to be filled in")
    .argument("<item-type>", "directive, script or knowledge")
    .argument("<item-id>", "its id, bare or qualified by category")
    .argument("<description...>", "what it is for, in a sentence")
    .option("--project <folder>", "the folder that holds .ai (default: LILUX_PROJECT, else here)");
  answering(program.command("check"), deps, handlers.check)
    .description("say what is wrong with an item's file or a library; no instance is needed")
    .argument("[path]", "a file, a folder that holds .ai, or a part of it (default: here)");
  answering(program.command("items"), deps, handlers.items)
    .description("list the library")
    .argument("[item-type]", "directive, script or knowledge")
    .option("--broken", "only the files that cannot be read");
  answering(program.command("ask"), deps, handlers.ask)
    .description("put a question to the orchestrator, and see it answered")
    .argument("<text...>", "the line")
    .option("--enter", "do what Enter does with it: a sure call runs at once");
  program
    .command("completion")
    .description("print what a shell needs to complete this command")
    .addArgument(new Argument("<shell>", "which one").choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      createPrint(deps.out)(block(completionScript(shell, program)));
    });
}

const handlers = {
  newItem: async () => (await import("./commands/new.ts")).newItem,
  check: async () => (await import("./commands/check.ts")).check,
  items: async () => (await import("./commands/items.ts")).items,
  ask: async () => (await import("./commands/ask.ts")).ask,
} satisfies Record<string, () => Promise<Handler>>;
