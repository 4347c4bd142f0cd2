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
    .description(
      "print a dataset, a JSON line each: for the router, as conversations, as preferences, as cases",
    )
    .argument("<version>", "as datasets lists it")
    .option("--split <split>", "train, validation or test alone")
    .option(
      "--as <form>",
      "rows, chat (messages and tools), preferences or cases; rows unless told",
    );
  add("diff", handlers.flywheelDiff)
    .description("say what one dataset has that another has not")
    .argument("<before>", "a version")
    .argument("<after>", "another one");
  addReviews(add);
  add("thresholds", handlers.flywheelThresholds)
    .description("the bar of acting, fitted so that few calls that Enter runs at once are wrong")
    .argument("[what]", "fit, on, off or rollback; shown unless told");
  addModels(add);
}

function addReviews(add: (name: string, load: () => Promise<Handler>) => Command): void {
  add("review", handlers.flywheelReview)
    .description("judge labels one by one, by single keys: accept, fix, reject, skip, undo, quit")
    .option("--rule <rule>", "labels of this rule alone, as noise lists them");
  add("noise", handlers.flywheelNoise).description(
    "how often each rule of labels is wrong, by what reviewers said",
  );
}

function addModels(add: (name: string, load: () => Promise<Handler>) => Command): void {
  add("runs", handlers.flywheelRuns).description("list training runs, the one told of last first");
  add("record-run", handlers.flywheelRecordRun)
    .description("tell of a training run; told again it replaces what was told before")
    .argument("<file>", "a JSON file that describes it");
  add("fit", handlers.flywheelFit).description(
    "fit the tenant's ranker on what is kept, and have the gate judge it",
  );
  add("models", handlers.flywheelModels).description(
    "list models and their stages, the newest first",
  );
  add("model", handlers.flywheelModel)
    .description("show a model: its card, what the gate said, what turns say of a trial")
    .argument("<name>", "as models lists it");
  add("register", handlers.flywheelRegister)
    .description("register a model with its card; one whose card lacks something is refused")
    .argument("<name>", "what you call it")
    .argument("<folder>", "with card.json, and manifest.json or model.json")
    .option("--run <run>", "the training run that it came of");
  add("evaluate", handlers.flywheelEvaluate)
    .description("judge a candidate against the live model")
    .argument("<model>", "as models lists it")
    .option("--dataset <version>", "by its held-out lines")
    .option("--cases <file>", "by lines and the calls that are meant, a JSON line each")
    .option("--results <file>", "by what was run elsewhere, case by case, a JSON line each");
  add("promote", handlers.flywheelPromote)
    .description("take a model one stage further")
    .argument("<model>", "as models lists it")
    .requiredOption("--to <stage>", "shadow, canary or live")
    .option("--share <share>", "of sessions that a canary answers, up to 0.5; 0.05 unless told");
  add("rollback", handlers.flywheelRollback)
    .description("end a trial; without one, go back to the model that was live before")
    .argument("<kind>", "router or orchestrator")
    .option("--reason <text>", "written down with it");
  add("switches", handlers.flywheelSwitches).description(
    "list every change of a model's stage: who, when, why",
  );
}

const commands = () => import("./commands/flywheel.ts");
const datasets = () => import("./commands/flywheel-datasets.ts");
const thresholds = () => import("./commands/flywheel-thresholds.ts");
const reviews = () => import("./commands/flywheel-review.ts");
const models = () => import("./commands/flywheel-models.ts");

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
  flywheelReview: async () => (await reviews()).flywheelReview,
  flywheelNoise: async () => (await reviews()).flywheelNoise,
  flywheelThresholds: async () => (await thresholds()).flywheelThresholds,
  flywheelRuns: async () => (await models()).flywheelRuns,
  flywheelRecordRun: async () => (await models()).flywheelRecordRun,
  flywheelFit: async () => (await models()).flywheelFit,
  flywheelModels: async () => (await models()).flywheelModels,
  flywheelModel: async () => (await models()).flywheelModel,
  flywheelRegister: async () => (await models()).flywheelRegister,
  flywheelEvaluate: async () => (await models()).flywheelEvaluate,
  flywheelPromote: async () => (await models()).flywheelPromote,
  flywheelRollback: async () => (await models()).flywheelRollback,
  flywheelSwitches: async () => (await models()).flywheelSwitches,
} satisfies Record<string, () => Promise<Handler>>;
