import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux model …`: language models of this machine. What a flywheel tries on tenants is `lilux flywheel models`. */
export function addLocalModels(program: Command, deps: ProgramDeps): void {
  const model = program
    .command("model")
    .description("small language models on this machine, for lilux up --local-model");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(model.command(name), deps, load);
  add("add", handlers.modelAdd)
    .description("fetch a model and, where there is none, a server for it")
    .argument("<name>", "such as orchestrator-small")
    .option("--from <file>", "take its weights from this GGUF file, and fetch none")
    .option("--without-adapter", "the plain base, also where the repository has an adapter for it");
  add("list", handlers.modelList).description("list the models that are here or can be added");
  add("remove", handlers.modelRemove)
    .description("delete a model, and with the last one the server")
    .argument("<name>", "as list names it");
}

const commands = () => import("./commands/local-models.ts");

const handlers = {
  modelAdd: async () => (await commands()).modelAdd,
  modelList: async () => (await commands()).modelList,
  modelRemove: async () => (await commands()).modelRemove,
} satisfies Record<string, () => Promise<Handler>>;
