import { Command, InvalidArgumentError, Option } from "commander";
import { addAdmin } from "./add-admin.ts";
import { addAuthoring } from "./add-authoring.ts";
import { addCertificates } from "./add-certificates.ts";
import { addEvaluations } from "./add-evaluations.ts";
import { addExamples } from "./add-examples.ts";
import { addFlywheel } from "./add-flywheel.ts";
import { addLocalModels } from "./add-local-models.ts";
import { addRegistry } from "./add-registry.ts";
import { addSecrets } from "./add-secrets.ts";
import { addSharedLibraries } from "./add-shared-libraries.ts";
import { addStreams } from "./add-streams.ts";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit-codes.ts";
import { versionLine } from "./version-line.ts";

const HELP_END = `
Exit codes: 0 done, 1 the call failed, 2 wrong usage, 3 no instance, 4 not confirmed.
Variables:  LILUX_PROJECT the library to serve, LILUX_URL and LILUX_API_KEY the instance to ask,
            LILUX_LLM_URL, LILUX_LLM_MODEL and LILUX_LLM_API_KEY the language model.`;

/** The `lilux` command. Every subcommand has --help, and those that answer have --json. */
export function createProgram(deps: ProgramDeps): Command {
  const program = new Command("lilux")
    .description("An always-hot predictive router for AI tool calls.")
    .version(versionLine(), "-V, --version", "say which version this is")
    .addHelpText("after", HELP_END)
    // `lilux load … --version ^1` is load's own.
    .enablePositionalOptions()
    .exitOverride((error) => {
      deps.setExitCode(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
      if (error.exitCode !== 0) process.exit(EXIT.usage);
    })
    .showHelpAfterError("Add --help for how to write it.");
  addUp(program, deps);
  addPrimitives(program, deps);
  addAuthoring(program, deps);
  addTools(program, deps);
  return program;
}

function addUp(program: Command, deps: ProgramDeps): void {
  program
    .command("up", { isDefault: false })
    .description("run everything and serve the terminal")
    .option("-p, --port <number>", "port to listen on (default: PORT, else 8080)", portNumber)
    .option(
      "--host <address>",
      "address to listen on; without API keys only a loopback one",
      "127.0.0.1",
    )
    .option(
      "--admin-port <number>",
      "port of /metrics and health (default: a free one)",
      portNumber,
    )
    .option("--padded", "hide from who watches the line what is typed: LILUX_PADDED_SESSIONS=all")
    .option("--distributed", "one process per service, with nats-server and redis-server")
    .option(
      "--local-model [name]",
      "also serve a model of this machine (see lilux model); orchestrator-small unless told",
    )
    .action(
      async (options: {
        port?: number;
        host: string;
        adminPort?: number;
        distributed?: boolean;
        padded?: boolean;
        localModel?: string | true;
      }) => {
        const port = options.port ?? portNamed(program, deps.env, "PORT") ?? 8_080;
        const named = options.adminPort ?? portNamed(program, deps.env, "LILUX_ADMIN_PORT");
        const start = options.distributed === true ? await upDistributed() : await up();
        await start({
          env: options.padded === true ? { ...deps.env, LILUX_PADDED_SESSIONS: "all" } : deps.env,
          port,
          host: deps.env["LILUX_HOST"] ?? options.host,
          adminPort: named ?? 0,
          localModel: options.localModel === true ? "orchestrator-small" : options.localModel,
        });
      },
    );
}

function addPrimitives(program: Command, deps: ProgramDeps): void {
  const sourceOption = new Option("--source <source>", "where to look");
  answering(program.command("predict"), deps, handlers.predict)
    .description("rank the calls a line may mean")
    .argument("<text>", "the line as typed so far");
  answering(program.command("search"), deps, handlers.search)
    .description("search the library")
    .argument("<item-type>", "directive, script or knowledge")
    .argument("<query>", "words to look for")
    .option("--limit <number>", "how many at most", positiveInteger)
    .addOption(sourceOption.choices(["local", "registry", "all"]));
  answering(program.command("load"), deps, handlers.load)
    .description("show an item, or copy it with --to")
    .argument("<item-type>", "directive, script or knowledge")
    .argument("<item-id>", "its id, bare or qualified by category")
    .option("--to <destination>", "copy it: project or user")
    .option(
      "--version <range>",
      "from the registry: a version such as 1.2.0, or a range such as ^1",
    )
    .option("--from <source>", "project, user or registry", "project");
  answering(program.command("execute"), deps, handlers.execute)
    .description("run, create, update, delete or publish an item")
    .argument("<item-type>", "directive, script or knowledge")
    .argument("<item-id>", "its id, bare or qualified by category")
    .argument("[parameters...]", "its inputs, as name=value, read by their declared types")
    .addOption(
      new Option("--action <action>", "what to do with it")
        .choices(["run", "create", "update", "delete", "publish"])
        .default("run"),
    )
    .option("--content <file>", "to create or update from: the item's whole file; - reads it in")
    .option("--save <folder>", "put the files that the run makes there, too")
    .option("--confirm <word>", "the word that a call which waits for a yes printed");
}

function addTools(program: Command, deps: ProgramDeps): void {
  program
    .command("terminal")
    .description("write the web terminal's files to a folder, for a gateway to serve")
    .requiredOption("--out <directory>", "where to write them")
    .action(async ({ out }: { out: string }) => {
      const { bundleTerminal } = await import("@lilux/terminal");
      await bundleTerminal({ outDirectory: out });
    });
  answering(program.command("mcp"), deps, handlers.mcp).description(
    "serve the Model Context Protocol on stdin and stdout, for hosts that start their servers",
  );
  answering(program.command("doctor"), deps, handlers.doctor).description(
    "check this machine, the library and the model, and say what to mend",
  );
  answering(program.command("forget"), deps, handlers.forget)
    .description("forget what the router learnt from lines that were sent")
    .option("--everybody", "what everybody's lines taught in the tenant, not only one's own");
  answering(program.command("key"), deps, handlers.makeKey)
    .description("make an API key for a tenant, and the line that admits it")
    .argument("<tenant>", "lower-case letters, digits and hyphens");
  answering(program.command("credentials"), deps, handlers.makeCredentials)
    .description(
      "make the secrets that services of a deployment know each other by, as lines for .env",
    )
    .option("--kubernetes", "as secrets of deploy/k8s, for kubectl create -f -")
    .option("--into <folder>", "as files, a folder for each container of docker-compose.yml");
  addCertificates(program, deps);
  const state = "the instance's state folder (default: LILUX_STATE_DIR, else .lilux/port-8080)";
  answering(program.command("backup"), deps, handlers.backup)
    .description("keep streams, databases and keys of an instance, while it works")
    .argument("<folder>", "a folder that is not there yet")
    .option("--state <folder>", state);
  answering(program.command("restore"), deps, handlers.restore)
    .description("make a new instance of a backup, before anything is started in it")
    .argument("<folder>", "what `lilux backup` made")
    .option("--state <folder>", state)
    .option(
      "--tenant <tenant>",
      "only this tenant, into an instance that is stopped and stays as it is else",
    )
    .option("--yes <tenant>", "its name again, where nobody can be asked");
  addStreams(program, deps);
  addLibrary(program, deps);
  addRegistry(program, deps);
  addAdmin(program, deps);
  addSecrets(program, deps);
  addFlywheel(program, deps);
  addExamples(program, deps);
  addLocalModels(program, deps);
  addEvaluations(program, deps);
}

function addLibrary(program: Command, deps: ProgramDeps): void {
  const library = program
    .command("library")
    .description(
      "what a language model writes for items, so that the router knows how they are asked for; and sets of items that tenants share",
    );
  answering(library.command("teach"), deps, handlers.teach)
    .description("have the language model write lines that people type, for items without any")
    .option("--all", "for all items, also those that have some of a model")
    .option("--item <item>", "for this one, such as script:ops/flush")
    .option("--dry-run", "show what it writes, and keep nothing")
    .option(
      "--write <file>",
      "afterwards write all that is learnt to a file to ship with the library",
    )
    .option("--from <file>", "take over the lines of such a file, and ask no model");
  answering(library.command("phrasings"), deps, handlers.phrasings)
    .description("list the lines that models wrote, and which model did")
    .argument("[item]", "of this item only, such as script:ops/flush");
  answering(library.command("forget-phrasings"), deps, handlers.forgetPhrasings)
    .description("use the lines that models wrote no more")
    .argument("[item]", "of this item only, such as script:ops/flush");
  addSharedLibraries(library, deps);
}

/**
 * What a command needs is loaded when it runs: a question to a running
 * instance should not wait for the services of an embedded one.
 */
const handlers = {
  predict: async () => (await import("./commands/predict.ts")).predict,
  search: async () => (await import("./commands/search.ts")).search,
  load: async () => (await import("./commands/load.ts")).load,
  execute: async () => (await import("./commands/execute.ts")).execute,
  mcp: async () => (await import("./commands/mcp.ts")).mcp,
  forget: async () => (await import("./commands/forget.ts")).forget,
  teach: async () => (await import("./commands/library-teach.ts")).teach,
  phrasings: async () => (await import("./commands/library-show.ts")).phrasings,
  forgetPhrasings: async () => (await import("./commands/library-show.ts")).forgetPhrasings,
  backup: async () => (await import("./commands/backup.ts")).backup,
  restore: async () => (await import("./commands/restore.ts")).restore,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  makeCredentials: async () => (await import("./commands/make-credentials.ts")).makeCredentials,
  makeKey: async () => (await import("./commands/make-key.ts")).makeKey,
} satisfies Record<string, () => Promise<Handler>>;

const up = async () => (await import("./commands/up.ts")).up;
const upDistributed = async () => (await import("./commands/up-distributed.ts")).upDistributed;

/** A port that a variable names; one that cannot be used ends the command as a bad option does. */
function portNamed(program: Command, env: Environment, name: string): number | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === "") return undefined;
  try {
    return portNumber(text);
  } catch (thrown) {
    const reason = thrown instanceof InvalidArgumentError ? thrown.message : String(thrown);
    return program.error(`lilux: cannot start. ${name} is "${text}". ${reason}`, {
      exitCode: EXIT.usage,
    });
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  }
  return port;
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return number;
}
