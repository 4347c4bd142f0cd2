import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux registry …`: whose keys are trusted, whose namespaces are, and what is taken down. */
export function addRegistry(program: Command, deps: ProgramDeps): void {
  const registry = program
    .command("registry")
    .description("what tenants publish for each other: signing keys, namespaces, reports");
  addPublish(registry, deps);
  addKeys(registry, deps);
  addNamespaces(registry, deps);
  addModeration(registry, deps);
}

function addPublish(registry: Command, deps: ProgramDeps): void {
  answering(registry.command("publish"), deps, handlers.publishItem)
    .description("publish an item of the library at a version, signed with the namespace's key")
    .argument("<item-type>", "directive, script or knowledge")
    .argument("<item-id>", "its id here")
    .option("--as <version>", "the version, where the item says none")
    .option("--changelog <text>", "what is new")
    .option("--visibility <who>", "private, unlisted or public")
    .option("--namespace <namespace>", "another than the tenant's own name")
    .option("--license <expression>", "as SPDX writes it: Apache-2.0, MIT OR BSD-3-Clause")
    .option("--repository <url>", "where it comes from, https://…")
    .option("--commit <hash>", "which commit of it")
    .option("--built-by <whom>", "who or what built it")
    .option("--confirm <word>", "the word that a call which waits for a yes printed");
}

function addKeys(registry: Command, deps: ProgramDeps): void {
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(registry.command(name), deps, load)
      .option("--tenant <tenant>", "who trusts them", "local")
      .option("--state <folder>", "the instance's state folder (default: LILUX_STATE_DIR)");
  add("keys", handlers.registryKeys).description(
    "list, on the machine that serves, the keys that are trusted, and one's own",
  );
  add("pin", handlers.registryPin)
    .description("trust one more key for a namespace, once its owner has confirmed it")
    .argument("<namespace>", "whose it is")
    .argument("<key-id>", "the key's fingerprint, ed25519:…");
  add("unpin", handlers.registryUnpin)
    .description("trust a key no longer")
    .argument("<namespace>", "whose it is")
    .argument("<key-id>", "the key's fingerprint, ed25519:…");
}

function addNamespaces(registry: Command, deps: ProgramDeps): void {
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(registry.command(name), deps, load);
  const WHICH = "which, with or without its @";
  const WHOM = "a person's id, k_ and a key's id, or another tenant's signing key, ed25519:…";
  add("namespaces", handlers.namespaces)
    .description("list the tenant's namespaces and who publishes under them")
    .option("--all", "of all tenants, for whoever runs the server");
  add("claim", handlers.claimNamespace)
    .description("claim a namespace for the tenant")
    .argument("<namespace>", WHICH);
  add("restrict", handlers.restrictNamespace)
    .description("let only admins and those on the list publish under a namespace")
    .argument("<namespace>", WHICH)
    .option("--off", "let whoever may write publish again");
  add("delegate", handlers.delegate)
    .description("let somebody publish under a namespace")
    .argument("<namespace>", WHICH)
    .argument("<delegate>", WHOM)
    .option("--days <days>", "for how long");
  add("undelegate", handlers.undelegate)
    .description("let them publish no more, from now on")
    .argument("<namespace>", WHICH)
    .argument("<delegate>", WHOM);
  add("transfer", handlers.transferNamespace)
    .description("give a namespace to a tenant, for whoever runs the server")
    .argument("<namespace>", WHICH)
    .argument("<tenant>", "to whom");
  add("reserve", handlers.reserveNamespace)
    .description("let nobody have a namespace, for whoever runs the server")
    .argument("<namespace>", WHICH);
}

function addModeration(registry: Command, deps: ProgramDeps): void {
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(registry.command(name), deps, load);
  const addWithItem = (name: string, load: () => Promise<Handler>): Command =>
    add(name, load)
      .argument("<item-type>", "directive, script or knowledge")
      .argument("<item-id>", "its whole id, @namespace/category/id");
  addWithItem("report", handlers.report)
    .description("report an item to whoever runs the server")
    .argument("<reason...>", "what is wrong with it");
  add("notices", handlers.notices).description(
    "what became of items and libraries that the tenant uses",
  );
  add("audit", handlers.registryAudit)
    .description("print what was done to the tenant's namespaces and by it, a JSON line each")
    .option("--operator", "what the operator did, for whoever runs the server");
  add("reports", handlers.reports).description(
    "list what was reported, for whoever runs the server",
  );
  add("close-report", handlers.closeReport)
    .description("close a report without taking anything down")
    .argument("<report>", "its number");
  add("take-downs", handlers.takeDowns).description("list what is taken down");
  addWithItem("take-down", handlers.takeDown)
    .description("take an item down: it is found, pulled and run no more")
    .argument("<reason...>", "why, for those who have it");
  addWithItem("put-back", handlers.putBack).description("put an item back that was taken down");
}

const keys = () => import("./commands/registry.ts");
const names = () => import("./commands/registry-namespaces.ts");
const moderation = () => import("./commands/registry-moderation.ts");

const handlers = {
  publishItem: async () => (await import("./commands/registry-publish.ts")).publishItem,
  registryKeys: async () => (await keys()).registryKeys,
  registryPin: async () => (await keys()).registryPin,
  registryUnpin: async () => (await keys()).registryUnpin,
  namespaces: async () => (await names()).namespaces,
  claimNamespace: async () => (await names()).claimNamespace,
  restrictNamespace: async () => (await names()).restrictNamespace,
  delegate: async () => (await names()).delegate,
  undelegate: async () => (await names()).undelegate,
  transferNamespace: async () => (await names()).transferNamespace,
  reserveNamespace: async () => (await names()).reserveNamespace,
  report: async () => (await moderation()).report,
  notices: async () => (await moderation()).notices,
  registryAudit: async () => (await moderation()).registryAudit,
  reports: async () => (await moderation()).reports,
  closeReport: async () => (await moderation()).closeReport,
  takeDowns: async () => (await moderation()).takeDowns,
  takeDown: async () => (await moderation()).takeDown,
  putBack: async () => (await moderation()).putBack,
} satisfies Record<string, () => Promise<Handler>>;
