import type { Tool } from "@modelcontextprotocol/server";
import type { TSchema } from "typebox";

/** The schema as plain JSON: what is not JSON in it is the library's own bookkeeping. */
export function plainSchema(schema: TSchema): Tool["inputSchema"] {
  return JSON.parse(JSON.stringify(schema)) as Tool["inputSchema"];
}
