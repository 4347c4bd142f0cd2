import { type ItemSummary, LiluxError, type Tenant } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import {
  type GetPromptRequest,
  type GetPromptResult,
  type ListPromptsResult,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import type { McpKiwi } from "./mcp-kiwi.ts";
import { renderExecute } from "./render-result.ts";
import { runExecute } from "./run-execute.ts";

const PAGE_PROMPTS = 100;

/** A source shadows those after it, as everywhere else. */
const SOURCES = ["project", "user", "registry"] as const;

interface PromptCall {
  params: GetPromptRequest["params"];
  callId: string;
  options: KiwiCallOptions;
}

/**
 * A tenant's directives as prompts, which hosts show as slash commands, with their inputs as arguments.
 * One that is taken is run as any other caller's is: its inputs and permissions are checked, a question
 * that needs a person is put to one elsewhere, and what comes of it is the prompt's text.
 */
export function createDirectivePrompts(kiwi: McpKiwi, tenant: Tenant) {
  async function directives(options: KiwiCallOptions): Promise<Map<string, ItemSummary>> {
    const { items } = await kiwi.listItems({ tenant }, options);
    const byId = new Map<string, ItemSummary>();
    for (const source of SOURCES) {
      for (const item of items) {
        const isFirst = item.source === source && !byId.has(item.qualified_id);
        if (item.item_type === "directive" && isFirst) byId.set(item.qualified_id, item);
      }
    }
    return byName([...byId.values()]);
  }

  return {
    /** By pages. A cursor names the last prompt shown, so that a changing library shifts nothing. */
    async list(cursor: string | undefined, options: KiwiCallOptions): Promise<ListPromptsResult> {
      const after = cursor === undefined ? "" : Buffer.from(cursor, "base64url").toString();
      const all = [...(await directives(options))].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const rest = all.filter(([name]) => name > after);
      const page = rest.slice(0, PAGE_PROMPTS);
      const prompts = page.map(([name, item]) => promptOf(name, item));
      const last = page.at(-1)?.[0];
      return rest.length > page.length && last !== undefined
        ? { prompts, nextCursor: Buffer.from(last).toString("base64url") }
        : { prompts };
    },

    async get({ params, callId, options }: PromptCall): Promise<GetPromptResult> {
      const item = (await directives(options)).get(params.name);
      if (item === undefined) {
        const message = `There is no prompt ${params.name.slice(0, 128)}. prompts/list has those that there are.`;
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
      }
      const { qualified_id, description } = item;
      const parameters = valuesOf(params.arguments, item);
      const request = {
        tenant,
        callId,
        by: "model" as const,
        arguments: {
          item_type: "directive" as const,
          item_id: qualified_id,
          action: "run" as const,
          parameters,
        },
      };
      const running = { kiwi, options, onProgress: async () => undefined };
      const result = await runExecute(request, running).catch((thrown: unknown) => {
        throw withoutTheYes(LiluxError.from(thrown));
      });
      const text = `Follow the directive ${qualified_id}, step by step and within its permissions.\n\n${renderExecute(result)}`;
      return { description, messages: [{ role: "user", content: { type: "text", text } }] };
    },
  };
}

/** Nobody can be asked here, and a model could carry what confirms to another door. */
function withoutTheYes(error: LiluxError): LiluxError {
  if (error.code !== "confirm_required") return error;
  return new LiluxError("confirm_required", {
    message:
      "This directive waits for a person's yes and was not run. A person runs it in the terminal or with `lilux execute`.",
  });
}

/** By its bare id where that is no other directive's, as people type it after a slash. */
function byName(items: readonly ItemSummary[]): Map<string, ItemSummary> {
  const count = new Map<string, number>();
  for (const { item_id } of items) count.set(item_id, (count.get(item_id) ?? 0) + 1);
  return new Map(
    items.map((item) => [count.get(item.item_id) === 1 ? item.item_id : item.qualified_id, item]),
  );
}

function promptOf(name: string, item: ItemSummary): ListPromptsResult["prompts"][number] {
  return {
    name,
    title: item.name,
    description: item.description,
    arguments: item.inputs.map((input) => ({
      name: input.name,
      required: input.required,
      ...(input.description === undefined ? {} : { description: input.description }),
    })),
  };
}

/** Hosts send every argument as text, and those that were left empty as empty text; a declared type reads it. */
function valuesOf(
  given: Readonly<Record<string, string>> | undefined,
  { inputs }: ItemSummary,
): Record<string, string> {
  const optional = new Set(inputs.filter(({ required }) => !required).map(({ name }) => name));
  const entries = Object.entries(given ?? {});
  const tooLong = entries.find(([, value]) => value.length > VALUE_CHARACTERS_MAX);
  if (tooLong !== undefined) {
    throw new LiluxError("invalid_inputs", {
      message: `${tooLong[0]} is longer than ${VALUE_CHARACTERS_MAX} characters. Put it into a file.`,
      details: { field: tooLong[0] },
    });
  }
  return Object.fromEntries(entries.filter(([name, value]) => value !== "" || !optional.has(name)));
}

const VALUE_CHARACTERS_MAX = 64_000;
