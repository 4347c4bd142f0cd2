import type { Command } from "commander";
import { answering, type Handler, type ProgramDeps } from "./answering.ts";

/** `lilux certs …`: what services of a deployment show each other. `lilux up --distributed` makes its own. */
export function addCertificates(program: Command, deps: ProgramDeps): void {
  const certs = program
    .command("certs")
    .description("an authority, and a certificate for each service of a deployment");
  const add = (name: string, load: () => Promise<Handler>): Command =>
    answering(certs.command(name), deps, load).argument("<folder>", "where they lie");
  add("make", handlers.make)
    .description("make what is missing in a folder, and leave alone what is there")
    .option("--host <names...>", "more names and addresses that servers are reached by")
    .option("--renew", "make those anew that end within 90 days")
    .option("--renew-all", "make all anew, under the authority that is there");
  add("check", handlers.check).description(
    "say until when each is good, and fail where one cannot be used or ends within 30 days",
  );
}

const handlers = {
  make: async () => (await import("./commands/certificates.ts")).makeCertificates,
  check: async () => (await import("./commands/certificates.ts")).checkCertificates,
} satisfies Record<string, () => Promise<Handler>>;
