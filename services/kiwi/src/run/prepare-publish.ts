import {
  type ExecuteArguments,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSummary,
  LiluxError,
} from "@lilux/protocol";
import { openItem } from "../find/open-item.ts";
import type { Library } from "../library/library.ts";
import { checkPublishable } from "../registry/publish-item.ts";
import { readPublishParameters } from "../registry/publish-parameters.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryCaller } from "../registry/registry-caller.ts";
import { namespaceOfCategory } from "../registry/registry-id.ts";

export interface PublishContext {
  library: Library;
  registry: Registry;
  by: RegistryCaller;
  signal: AbortSignal;
}

/** A publish, or what its parameters make of it, checked and not yet begun. */
export interface PreparedPublish {
  /** The local item; undefined where only the registry's is meant. */
  item: ItemSummary | undefined;
  /** Hashes of what would be published. */
  contents: readonly string[];
  run: () => Promise<ExecuteResult>;
}

/** Finds everything that can be wrong beforehand, so that nobody confirms in vain. */
export async function preparePublish(
  { tenant, arguments: given }: ExecuteRequest,
  { library, registry, by, signal }: PublishContext,
): Promise<PreparedPublish> {
  const wish = readPublishParameters(given.parameters);
  const { item_type, item_id } = given;
  switch (wish.kind) {
    case "yank": {
      const { version, reason } = wish;
      const request = { tenant, item_type, item_id, version, reason, by };
      const data = { version, yanked: reason !== null };
      return {
        item: undefined,
        contents: [],
        run: () => answering(given, registry.yank(request, signal), data),
      };
    }
    case "set_visibility": {
      const { visibility } = wish;
      const request = { tenant, item_type, item_id, visibility, by };
      const run = () => answering(given, registry.setVisibility(request, signal), { visibility });
      return { item: undefined, contents: [], run };
    }
    case "publish": {
      const { item, text } = await openItem(library, given, { tenant, registry });
      if (namespaceOfCategory(item.category) !== undefined) throw pulled(item);
      const { qualified_id } = item;
      const request = { tenant, item_type, qualified_id, text, by, ...wish };
      await checkPublishable(library.texts, request);
      const contents = [item.content_hash];
      return { item, contents, run: () => answering(given, registry.publish(request, signal)) };
    }
  }
}

async function answering(
  { item_type, item_id, action }: ExecuteArguments,
  work: Promise<unknown>,
  data?: object,
): Promise<ExecuteResult> {
  const startedAt = performance.now();
  const answer = await work;
  const metadata = { durationMs: performance.now() - startedAt };
  return { status: "success", item_type, item_id, action, data: data ?? answer, metadata };
}

function pulled({ qualified_id }: ItemSummary): LiluxError {
  return new LiluxError("forbidden", {
    message: `${qualified_id} was pulled from the registry and is its publisher's. Move it out of the @ folder to make it your own, then publish that.`,
    details: { field: "item_id" },
  });
}
