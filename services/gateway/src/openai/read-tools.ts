import type { CallerTool, ToolChoice } from "@lilux/protocol";
import { badField, isObject, isSet } from "./bad-field.ts";

const TOOLS_MAX = 128;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const NO_PARAMETERS = { type: "object", properties: {} };

export interface OfferedTools {
  tools: CallerTool[];
  toolChoice: ToolChoice;
}

/** The caller's tools, and whether one must be called. Throws `invalid_request` that names the field. */
export function readTools(body: Record<string, unknown>): OfferedTools {
  for (const old of ["functions", "function_call"]) {
    if (isSet(body[old])) throw badField(old, "is not understood. Send tools and tool_choice.");
  }
  const tools = readList(body["tools"]);
  return narrowed(tools, body["tool_choice"]);
}

function readList(given: unknown): CallerTool[] {
  if (!isSet(given)) return [];
  if (!Array.isArray(given)) throw badField("tools", "is not a list.");
  if (given.length > TOOLS_MAX) throw badField("tools", `has more than ${TOOLS_MAX} entries.`);
  const tools = given.map((tool: unknown, at) => readTool(tool, `tools[${at}]`));
  const names = tools.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0) throw badField(`tools[${twice}].function.name`, "is the name of two tools.");
  return tools;
}

function readTool(tool: unknown, field: string): CallerTool {
  if (!isObject(tool) || tool["type"] !== "function" || !isObject(tool["function"])) {
    throw badField(`${field}.type`, "must be function, with the function beside it.");
  }
  const { name, description, parameters } = tool["function"];
  if (typeof name !== "string" || !NAME.test(name)) {
    throw badField(`${field}.function.name`, "must be 1 to 64 letters, digits, _ and -.");
  }
  if (isSet(parameters) && !isObject(parameters)) {
    throw badField(`${field}.function.parameters`, "must be a JSON Schema object.");
  }
  return {
    name,
    description: typeof description === "string" ? description : "",
    parameters: isObject(parameters) ? parameters : NO_PARAMETERS,
  };
}

/** Of `allowed_tools` only those named are offered. */
function narrowed(tools: CallerTool[], given: unknown): OfferedTools {
  if (isObject(given) && given["type"] === "allowed_tools" && isObject(given["allowed_tools"])) {
    const { mode, tools: named } = given["allowed_tools"];
    const names = new Set((Array.isArray(named) ? named : []).map(nameIn));
    const allowed = tools.filter(({ name }) => names.has(name));
    return { tools: allowed, toolChoice: readChoice(mode, allowed) };
  }
  return { tools, toolChoice: readChoice(given, tools) };
}

function readChoice(given: unknown, tools: readonly CallerTool[]): ToolChoice {
  if (!isSet(given) || given === "auto") return "auto";
  if (given === "none") return "none";
  const name = nameIn(given);
  if (given !== "required" && name === undefined) {
    throw badField("tool_choice", "must be auto, none, required or the function to call.");
  }
  if (tools.length === 0) throw badField("tool_choice", "asks for a tool, and tools has none.");
  if (name === undefined) return "required";
  if (tools.some((tool) => tool.name === name)) return { name };
  throw badField("tool_choice.function.name", "is the name of none of the tools.");
}

function nameIn(given: unknown): string | undefined {
  const made = isObject(given) && isObject(given["function"]) ? given["function"] : {};
  return typeof made["name"] === "string" ? made["name"] : undefined;
}
