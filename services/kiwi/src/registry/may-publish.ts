import type { Publisher } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import type { RegistryCaller } from "./registry-caller.ts";
import type { RegistryParts } from "./registry-parts.ts";

/** Who publishes, with their own signing key, by which they may be on somebody's list. */
export async function publisherOf(
  { trusted }: Pick<RegistryParts, "trusted">,
  by: RegistryCaller,
): Promise<Publisher> {
  const own = await trusted()
    .keys.of(by.tenant)
    .catch(() => undefined);
  return { ...by, signingKey: own?.keyId };
}

/** Throws `forbidden` for whoever may not publish under a namespace now. */
export async function assertMayPublish(
  parts: RegistryParts,
  { namespace, by }: { namespace: string; by: RegistryCaller },
  signal: AbortSignal | undefined,
): Promise<Publisher> {
  const publisher = await publisherOf(parts, by);
  const question = { namespace, by: publisher, at: parts.now() };
  const right = await parts.ask.run("publish", (store) => store.publishRight(question, { signal }));
  if (right.kind === "not_yours" || right.kind === "restricted") {
    throw mayNotPublish(namespace, right.kind);
  }
  return publisher;
}

export function mayNotPublish(namespace: string, why: "not_yours" | "restricted"): LiluxError {
  const message =
    why === "restricted"
      ? `@${namespace} is published under by its admins and those on its list only. Ask an admin: lilux registry delegate ${namespace} <person>.`
      : `@${namespace} is not your tenant's, nor are you on its list. Use a namespace of your own (lilux registry namespaces), or ask its owner to put your signing key on the list.`;
  return new LiluxError("forbidden", { message, details: { field: "namespace", namespace } });
}
