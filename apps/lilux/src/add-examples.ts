import type { Command } from "commander";
import { answering, type ProgramDeps } from "./answering.ts";

const handlers = {
  capture: async () => (await import("./commands/examples.ts")).captureExamples,
  check: async () => (await import("./commands/examples.ts")).checkExampleFiles,
  render: async () => (await import("./commands/examples.ts")).renderExamples,
};

/** What a language model is taught the orchestrator's part with. */
export function addExamples(program: Command, deps: ProgramDeps): void {
  const examples = program
    .command("examples")
    .description("make, check and render what a language model is trained on");
  answering(examples.command("capture"), deps, handlers.capture)
    .description("play drafts through the real router and tool core, and keep what came of them")
    .argument("<drafts...>", "JSONL files of drafts")
    .requiredOption("--out <file>", "write the examples there")
    .option("--cases", "drafts without answers: cases to test models with")
    .option("--author <name>", "who wrote them", "lilux")
    .option("--date <date>", "when, as 2026-01-31 (default: today)");
  answering(examples.command("check"), deps, handlers.check)
    .description("say what is wrong with examples, by rules")
    .argument("<examples...>", "JSONL files of examples")
    .option(
      "--against <files...>",
      "JSONL files of cases: an example whose line is nearly one of them",
    )
    .option("--replay", "make their calls again on the real libraries, and compare");
  answering(examples.command("render"), deps, handlers.render)
    .description("write what a model server is sent for each answer, and the answer")
    .argument("<examples...>", "JSONL files of examples")
    .option("--out <file>", "write there instead of printing");
}
