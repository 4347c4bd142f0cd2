import { type Command, Option } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux admin …` */
export function addAdmin(program: Command, deps: ProgramDeps): void {
  const admin = program
    .command("admin")
    .description(
      "tenants of a server that keeps records of them: their keys, people, limits, usage",
    );
  addTenants(admin, deps);
  addKeys(admin, deps);
  addPeople(admin, deps);
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(admin.command(name), deps, load).argument("<tenant>", "whose");
  add("limits", handlers.limits)
    .description("show what a tenant may take, or change it")
    .argument("[limits...]", "such as turnsPerMonth=1000; turnsPerMonth= takes a limit away");
  add("settings", handlers.settings)
    .description("show a tenant's settings, or change those that are named")
    .argument(
      "[settings...]",
      "such as speculation=off scriptHosts=api.example.com retention=90; consent= takes one back; or all of them as JSON",
    )
    .option(
      "--publishers <namespaces>",
      "whose items it takes from the registry beside its own, such as acme,beta; any: everybody's",
    );
  add("usage", handlers.usage)
    .description(
      "turns, calls, tokens, predictions and script seconds by day and person, what is stored, what all of it costs, and budgets; this month unless told",
    )
    .option("--from <day>", "such as 2026-11-01")
    .option("--to <day>", "such as 2026-11-30")
    .option("--storage", "of what is stored by day, with --format csv")
    .addOption(new Option("--format <form>", "for other programs").choices(["csv", "json"]));
  add("audit", handlers.audit).description(
    "print what was done to a tenant, a JSON line each, and check that no record is missing or changed",
  );
}

function addTenants(admin: Command, deps: ProgramDeps): void {
  const tenants = admin.command("tenants").description("companies, for whoever runs the server");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(tenants.command(name), deps, load);
  add("list", handlers.listTenants).description("list them");
  add("create", handlers.createTenant)
    .description("create one")
    .argument("<tenant>", "its name, which never changes")
    .option("--plan <plan>", "what it is sold as");
  add("show", handlers.showTenant).description("show one").argument("<tenant>", "its name");
  add("suspend", handlers.suspendTenant)
    .description("let nobody of it in until it is resumed")
    .argument("<tenant>", "its name");
  add("resume", handlers.resumeTenant)
    .description("let it in again")
    .argument("<tenant>", "its name");
  add("delete", handlers.deleteTenant)
    .description("delete everything of it, for good; its name is asked for again")
    .argument("<tenant>", "its name")
    .option("--yes <name>", "its name again, where nobody can be asked")
    .option(
      "--without <parts>",
      "parts that this server does not have, such as flywheel: nothing is asked of them",
    );
  add("report", handlers.tenantReport)
    .description("show what became of everything of one that was deleted")
    .argument("<tenant>", "its name");
  add("sign-in", handlers.setSignIn)
    .description("say where its people sign in")
    .argument("<tenant>", "its name")
    .argument(
      "<settings>",
      "issuer, audience, jwksUrl and the names of claims, as JSON; null for nowhere",
    );
  add("library", handlers.library)
    .description("show where a tenant's library lives, or have it brought elsewhere")
    .argument("<tenant>", "its name")
    .argument("[place]", "folder, git or database")
    .argument("[url]", "of git: the repository's address")
    .option("--branch <branch>", "of git: which branch", "main")
    .option("--secret <name>", "of git: the name of the secret that signs in")
    .option("--user <user>", "of git: what goes with a token")
    .option("--known-hosts <file>", "of git over ssh: the server's host keys")
    .option("--adopt", "take what is there, whatever the library says now");
}

function addKeys(admin: Command, deps: ProgramDeps): void {
  const keys = admin.command("keys").description("keys of machines and people");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(keys.command(name), deps, load).argument("<tenant>", "whose");
  add("list", handlers.listKeys).description("list them, without their secrets");
  add("create", handlers.createKey)
    .description("make one; it is shown this once")
    .argument("<name>", "what it is for")
    .requiredOption("--scopes <scopes>", "of predict,read,run,write,admin,metrics")
    .option("--days <days>", "how long it is good")
    .option("--mine", "a key of your own: it never does more than you may");
  add("rotate", handlers.rotateKey)
    .description("make the key that follows one; both are good for a while")
    .argument("<key-id>", "which")
    .option("--overlap-hours <hours>", "how long both are good", "24");
  add("revoke", handlers.revokeKey)
    .description("end one now, and close what it opened")
    .argument("<key-id>", "which");
}

function addPeople(admin: Command, deps: ProgramDeps): void {
  const people = admin.command("people").description("who signed in, and what they may do");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(people.command(name), deps, load).argument("<tenant>", "whose");
  add("list", handlers.listPeople).description("list them");
  add("set", handlers.setPerson)
    .description("give somebody a role")
    .argument("<person>", "who, as the list names them")
    .argument("<role>", "viewer, member, author, approver or admin")
    .option("--suspended", "let them in no more");
}

const tenants = () => import("./commands/admin-tenants.ts");
const deletion = () => import("./commands/admin-deletion.ts");
const keys = () => import("./commands/admin-keys.ts");
const usage = () => import("./commands/admin-usage.ts");

const handlers = {
  listTenants: async () => (await tenants()).listTenants,
  createTenant: async () => (await tenants()).createTenant,
  showTenant: async () => (await tenants()).showTenant,
  suspendTenant: async () => (await tenants()).suspendTenant,
  resumeTenant: async () => (await tenants()).resumeTenant,
  deleteTenant: async () => (await deletion()).deleteTenant,
  tenantReport: async () => (await deletion()).tenantReport,
  library: async () => (await import("./commands/admin-library.ts")).library,
  setSignIn: async () => (await tenants()).setSignIn,
  limits: async () => (await tenants()).limits,
  settings: async () => (await tenants()).settings,
  listKeys: async () => (await keys()).listKeys,
  createKey: async () => (await keys()).createKey,
  rotateKey: async () => (await keys()).rotateKey,
  revokeKey: async () => (await keys()).revokeKey,
  listPeople: async () => (await keys()).listPeople,
  setPerson: async () => (await keys()).setPerson,
  usage: async () => (await usage()).usage,
  audit: async () => (await usage()).audit,
} satisfies Record<string, () => Promise<Handler>>;
