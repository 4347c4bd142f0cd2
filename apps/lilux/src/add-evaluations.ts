import type { Command } from "commander";
import { answering, type ProgramDeps } from "./answering.ts";

const handlers = {
  evaluateOrchestrator: async () =>
    (await import("./commands/evaluate-orchestrator.ts")).evaluateOrchestratorCommand,
  evaluateDecisions: async () =>
    (await import("./commands/evaluate-decisions.ts")).evaluateDecisionsCommand,
  evaluateRouter: async () => (await import("./commands/evaluate-router.ts")).evaluateRouterCommand,
};

/** `lilux eval …` */
export function addEvaluations(program: Command, deps: ProgramDeps): void {
  const evaluate = program.command("eval").description("measure a model");
  answering(evaluate.command("router"), deps, handlers.evaluateRouter)
    .description("run lines with known answers through the router, and report")
    .option("--items <file>", "the library, as items.json")
    .option("--project <folder>", "instead of --items: the items of this folder's .ai")
    .option("--data <file>", "the lines, as data.jsonl")
    .option("--ids", "instead of lines: every form of naming an item outright")
    .option("--sizes <numbers>", "the same lines over libraries of 1,5,100 items")
    .option("--distractors <file>", "with --sizes: items.json of what fills larger libraries up")
    .option("--prefixes", "also evaluate every line while it is typed")
    .option("--labels", "plain intent data: each label is an item")
    .option("--dump-features <file>", "write the ranker's features, for fitting")
    .option("--learnt", "with --dump-features: every moment also as if something were learnt")
    .option("--learning-curve", "right the first, second and third time that a wish is typed")
    .option("--phrasings <file>", "lines that people type, by item id, as JSON; added to the items")
    .option("--report <directory>", "write report.json and report.html there");
  answering(evaluate.command("orchestrator"), deps, handlers.evaluateOrchestrator)
    .description("take whole turns with models on the real tool core, and report side by side")
    .argument(
      "[models...]",
      "built-in, rule, or name=http://server/v1#model; several are compared (default: built-in rule)",
    )
    .option("--cases <path>", "cases, as a JSONL file or a folder of them")
    .option("--part <category>", "only cases of this category")
    .option("--limit <count>", "at most so many cases, from all over")
    .option("--temperature <number>", "of a server's model; 0 unless told")
    .option(
      "--times <count>",
      "how often each case is taken, each time with another seed (default: 1 at 0, else 3)",
    )
    .option(
      "--judge <model>",
      "have a server's model judge answers, too, and report how often it agrees",
    )
    .option("--tokens <count>", "tokens of one answer at most; 2048 unless told")
    .option(
      "--role <role>",
      "decide: a server's model decides on lines, and the built-in one tells results; all unless told",
    )
    .option("--progress", "say which case is taken")
    .option("--report <directory>", "write report.json and report.html there");
  answering(evaluate.command("decisions"), deps, handlers.evaluateDecisions)
    .description(
      "ask a configured model which call lines with known answers mean, and fit its answers",
    )
    .requiredOption("--items <file>", "the library, as items.json")
    .requiredOption("--data <file>", "the lines, as data.jsonl")
    .option("--pool <name>", "the pool to ask (default: the one that doubtful lines go to first)")
    .option("--all", "also lines that the router is sure of")
    .option("--questions <file>", "ask nobody, and write the questions there")
    .option("--answers <file>", "ask no model, and take its answers from there")
    .option("--lines <count>", "at most so many lines, from all over the file")
    .option("--write <file>", "keep what was fitted there, for LILUX_LLM_CALIBRATIONS");
}
