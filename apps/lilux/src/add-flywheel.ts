import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux flywheel …` */
export function addFlywheel(program: Command, deps: ProgramDeps): void {
  const flywheel = program
    .command("flywheel")
    .description("what may be kept of turns for training, what is, and datasets made of it");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(flywheel.command(name), deps, load);
  add("show", handlers.flywheelShow).description("show what may be kept, and how much is");
  add("consent", handlers.flywheelConsent)
    .description("say what may be kept of the tenant's turns; what may not any more is deleted")
    .argument("<level>", "none, metrics, redacted or full");
  add("part", handlers.flywheelPart)
    .description("take part or not, as one person; off deletes what is kept of you")
    .argument("<on-or-off>", "on or off");
  add("turns", handlers.flywheelTurns).description(
    "print what is kept of your own turns, a JSON line each",
  );
  add("delete", handlers.flywheelDelete)
    .description("delete what is kept of your turns; datasets of it become stale")
    .option("--everybody", "of everybody's turns in the tenant");
  add("build", handlers.flywheelBuild)
    .description("make a dataset of what is kept")
    .argument("<name>", "what you call it");
  add("datasets", handlers.flywheelDatasets).description("list the datasets, the newest first");
  add("datasheet", handlers.flywheelDatasheet)
    .description("describe a dataset: where it comes from, its splits, its rules")
    .argument("<version>", "as datasets lists it");
  add("export", handlers.flywheelExport)
    .description("print a dataset's rows, a JSON line each")
    .argument("<version>", "as datasets lists it")
    .option("--split <split>", "train, validation or test alone");
  add("diff", handlers.flywheelDiff)
    .description("say what one dataset has that another has not")
    .argument("<before>", "a version")
    .argument("<after>", "another one");
}

const commands = () => import("./commands/flywheel.ts");
const datasets = () => import("./commands/flywheel-datasets.ts");

const handlers = {
  flywheelShow: async () => (await commands()).flywheelShow,
  flywheelConsent: async () => (await commands()).flywheelConsent,
  flywheelPart: async () => (await commands()).flywheelPart,
  flywheelTurns: async () => (await commands()).flywheelTurns,
  flywheelDelete: async () => (await commands()).flywheelDelete,
  flywheelBuild: async () => (await datasets()).flywheelBuild,
  flywheelDatasets: async () => (await datasets()).flywheelDatasets,
  flywheelDatasheet: async () => (await datasets()).flywheelDatasheet,
  flywheelExport: async () => (await datasets()).flywheelExport,
  flywheelDiff: async () => (await datasets()).flywheelDiff,
} satisfies Record<string, () => Promise<Handler>>;
