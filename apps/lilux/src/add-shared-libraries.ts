import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** Of `lilux library …` what is about libraries that tenants share. */
export function addSharedLibraries(library: Command, deps: ProgramDeps): void {
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(library.command(name), deps, load);
  const addWith = (name: string, load: () => Promise<Handler>): Command =>
    add(name, load).argument("<library>", "such as @acme/mail");
  addWith("publish", handlers.publishLibrary)
    .description("publish a set of published items as one version of a library")
    .argument("<version>", "such as 1.2.0")
    .argument("<items...>", "such as script:mail/send or directive:mail/ask@1.0.0")
    .option("--visibility <visibility>", "private, unlisted or public", "private")
    .option("--description <text>", "what it is for")
    .option("--changelog <text>", "what is new");
  add("list", handlers.listLibraries)
    .description("list libraries in the registry, and what is in them")
    .argument("[namespace]", "of this one only");
  addWith("subscribe", handlers.subscribe)
    .description("subscribe to a library; nothing is applied by it")
    .argument("[range]", "a version such as 1.2.0, or a range such as ^1")
    .option("--automatic", "let patches that do no more than before apply by themselves");
  add("subscriptions", handlers.subscriptions).description("list them, and what waits");
  add("updates", handlers.updates).description("list updates that wait");
  addWith("diff", handlers.diffLibrary).description(
    "show what an update would change; what items may do beyond now first",
  );
  addWith("apply", handlers.applyLibrary)
    .description("apply the update whose diff was shown")
    .argument("<digest>", "as the diff ends with")
    .option("--accept-effects", "the yes to what items may do beyond now");
  addWith("rollback", handlers.rollbackLibrary).description("go back to the version before");
  addWith("unsubscribe", handlers.unsubscribe).description(
    "end a subscription; its items are gone from the library",
  );
}

const commands = () => import("./commands/shared-libraries.ts");

const handlers = {
  publishLibrary: async () => (await commands()).publishLibrary,
  listLibraries: async () => (await commands()).listLibraries,
  subscribe: async () => (await commands()).subscribe,
  subscriptions: async () => (await commands()).subscriptions,
  updates: async () => (await commands()).updates,
  diffLibrary: async () => (await commands()).diffLibrary,
  applyLibrary: async () => (await commands()).applyLibrary,
  rollbackLibrary: async () => (await commands()).rollbackLibrary,
  unsubscribe: async () => (await commands()).unsubscribe,
} satisfies Record<string, () => Promise<Handler>>;
