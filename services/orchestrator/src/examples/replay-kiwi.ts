import { digestCall } from "@lilux/core/calls";
import {
  type Call,
  createParser,
  type ExampleStep,
  ExecuteResult,
  LiluxError,
  LoadResult,
  SearchResult,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";

const search = createParser(SearchResult, "search result");
const load = createParser(LoadResult, "load result");
const execute = createParser(ExecuteResult, "execute result");

/** A tool core that answers what was recorded, and knows nothing else. */
export function createReplayKiwi(steps: readonly ExampleStep[]): KiwiApi {
  const recorded = new Map(
    steps.flatMap(({ calls }) => calls.map((made) => [digestCall(made.call), made] as const)),
  );
  const answer = (call: Call): unknown => {
    const made = recorded.get(digestCall(call));
    if (made === undefined)
      throw new LiluxError("internal", { message: "The call is not recorded." });
    if (made.error !== undefined) throw LiluxError.fromBody(made.error);
    return made.result;
  };
  const none = async (): Promise<never> => {
    throw new LiluxError("internal", { message: "Nothing of that kind is recorded." });
  };
  return {
    search: async ({ arguments: given }) =>
      search.parse(answer({ name: "search", arguments: given })),
    async load({ arguments: given }) {
      const call = { name: "load", arguments: given } as const;
      // Asked only for what an item's run may do. Here nothing runs, and nobody is asked.
      return recorded.has(digestCall(call)) ? load.parse(answer(call)) : harmless(call.arguments);
    },
    async *execute({ arguments: given }) {
      const result = execute.parse(answer({ name: "execute", arguments: given }));
      yield { type: "result", result };
    },
    discover: none,
    listItems: none,
    recallRun: none,
    readArtifact: none,
    secrets: none,
    registry: none,
    library: none,
  };
}

function harmless({
  item_type,
  item_id,
}: {
  item_type: "directive" | "script" | "knowledge";
  item_id: string;
}): LoadResult {
  return {
    item: {
      item_type,
      item_id,
      qualified_id: item_id,
      name: item_id,
      description: "",
      category: "",
      source: "project",
      version: "1.0.0",
      tags: [],
      inputs: [],
      effect: "read",
      content_hash: "0".repeat(64),
    },
    mode: "read_only",
    path: "",
    content: "",
    permissions: [],
    steps: [],
    outputs: {},
    model_class: null,
  };
}
