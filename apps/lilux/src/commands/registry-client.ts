import { createParser, LiluxError } from "@lilux/protocol";
import type { TSchema } from "typebox";
import type { CommandContext } from "../command-context.ts";
import type { RestRequest } from "../rest-client.ts";
import { withInstance } from "./instance.ts";

/** Asks the instance; one is started for it where none runs, since a laptop has a registry, too. */
export async function askRegistry<S extends TSchema>(
  { env }: CommandContext,
  schema: S,
  request: RestRequest,
) {
  const answer = await withInstance(env, (client) => client.request(request));
  return createParser(schema, "the answer", "internal").parse(answer);
}

/** A namespace as people write it, with or without its @. */
export function namespaceOf(text: string): string {
  return text.replace(/^@/, "");
}

export function itemTypeOf(text: string): "directive" | "script" | "knowledge" {
  if (text === "directive" || text === "script" || text === "knowledge") return text;
  throw new LiluxError("invalid_request", {
    message: "The item's type is directive, script or knowledge.",
    details: { field: "item-type" },
  });
}
