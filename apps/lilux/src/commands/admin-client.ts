import { createParser } from "@lilux/protocol";
import type { TSchema } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { RestRequest } from "../rest-client.ts";
import { clientOf } from "./instance.ts";

/** Asks the running instance as whoever LILUX_API_KEY says. None is started for it: it would know no tenants. */
export async function askAdmin<S extends TSchema>(
  { env }: CommandContext,
  schema: S,
  request: RestRequest,
) {
  const answer = await clientOf(env).request(request);
  return createParser(schema, "the answer", "internal").parse(answer);
}

export function tenantPath(tenant: string, rest = ""): string {
  return `/v1/admin/tenants/${encodeURIComponent(tenant)}${rest}`;
}

/** The answer as JSON, or as people read it. */
export function show<T>(
  { json, print }: CommandContext,
  answer: T,
  lines: (answer: T) => void,
): number {
  if (json) print(JSON.stringify(answer, null, 2));
  else lines(answer);
  return EXIT.ok;
}

/** A moment as people read it; nothing for none. */
export function moment(at: number | null): string {
  return at === null ? "never" : new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
