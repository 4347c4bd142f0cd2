import type { RegistryActor } from "@lilux/database";
import { LiluxError, type NamespaceList, type RegistryOrder } from "@lilux/protocol";
import type { RegistryParts } from "../registry-parts.ts";
import { namedTenant } from "./named-tenant.ts";

type Order<T extends RegistryOrder["do"]> = Extract<RegistryOrder, { do: T }>;

export async function listNamespaces(
  { ask }: RegistryParts,
  { tenant }: RegistryActor,
): Promise<NamespaceList> {
  const namespaces = await ask.run("administer", (store) => store.namespaces(tenant));
  return { namespaces };
}

export async function claimNamespace(
  parts: RegistryParts,
  by: RegistryActor,
  { namespace, isTenants = false }: Order<"claim-namespace">,
): Promise<NamespaceList> {
  const given = { namespace, by, isTenants };
  const outcome = await parts.ask.run("administer", (store) => store.claim(given));
  switch (outcome.kind) {
    case "claimed":
    case "yours":
      return listNamespaces(parts, by);
    case "taken":
      throw refused(namespace, takenSentence(namespace, outcome.readsAs));
    case "too_often":
      throw new LiluxError("rate_limited", {
        message:
          "That is more names than can be asked for in an hour. Wait; or ask the operator of this server, who can give your tenant a name.",
        details: { limit: "claims" },
      });
    case "too_many":
      throw refused(
        namespace,
        `Your tenant has as many namespaces as it may (${outcome.max}). Use one of them.`,
      );
  }
}

function takenSentence(namespace: string, readsAs: string | undefined): string {
  return readsAs === undefined
    ? `@${namespace} cannot be had: it, or a name that is read as the same one, is somebody else's or reserved. Choose another name; the operator of this server can transfer one.`
    : `@${namespace} would be taken for @${readsAs}. Choose a name that is read as another one.`;
}

export async function changeNamespace(
  parts: RegistryParts,
  by: RegistryActor,
  { namespace, restricted }: Order<"change-namespace">,
): Promise<NamespaceList> {
  const given = { namespace, restricted, by };
  const done = await parts.ask.run("administer", (store) => store.restrict(given));
  if (!done) throw notYours(namespace);
  return listNamespaces(parts, by);
}

export async function delegate(
  parts: RegistryParts,
  by: RegistryActor,
  { namespace, delegate: whom, endsAt = null }: Order<"delegate">,
): Promise<NamespaceList> {
  const ends = endsAt === null ? null : new Date(endsAt);
  if (ends !== null && ends <= by.at) {
    throw new LiluxError("invalid_request", {
      message: "endsAt has passed. Give a moment to come, or none.",
      details: { field: "endsAt" },
    });
  }
  const given = { namespace, delegate: whom, endsAt: ends, by };
  const outcome = await parts.ask.run("administer", (store) => store.delegate(given));
  if (outcome === "not_yours") throw notYours(namespace);
  if (outcome === "too_many") {
    throw refused(namespace, `@${namespace} has as many delegates as it may. Withdraw one first.`);
  }
  return listNamespaces(parts, by);
}

export async function undelegate(
  parts: RegistryParts,
  by: RegistryActor,
  { namespace, delegate: whom }: Order<"undelegate">,
): Promise<NamespaceList> {
  const given = { namespace, delegate: whom, by };
  const done = await parts.ask.run("administer", (store) => store.undelegate(given));
  if (done) return listNamespaces(parts, by);
  throw new LiluxError("not_found", {
    message: `${whom} is not on the list of @${namespace}. lilux registry namespaces shows it.`,
    details: { field: "delegate" },
  });
}

export async function giveNamespace(
  parts: RegistryParts,
  by: RegistryActor,
  { namespace, owner }: Order<"give-namespace">,
): Promise<NamespaceList> {
  const to = owner === null ? null : namedTenant("owner", owner);
  await parts.ask.run("administer", (store) => store.give({ namespace, owner: to, by }));
  return listNamespaces(parts, by);
}

function notYours(namespace: string): LiluxError {
  return new LiluxError("forbidden", {
    message: `@${namespace} is not your tenant's. lilux registry namespaces lists those that are.`,
    details: { field: "namespace", namespace },
  });
}

function refused(namespace: string, message: string): LiluxError {
  return new LiluxError("invalid_request", { message, details: { field: "namespace", namespace } });
}
