import { verbOfCall, verbOfRegistryOrder } from "@lilux/core/access";
import {
  LiluxError,
  LOCAL_TENANT,
  type Mandate,
  type SecretsRequest,
  type Tenant,
  type Verb,
} from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";

/**
 * Does for somebody only what they may have done, whichever door they came by and whoever put the call
 * together: a person, a model in their turn, a directive. What a service asks for itself has no mandate,
 * and whether it may is for the wire to say.
 */
export function mandatedApi(
  api: KiwiApi,
  onMandate: (mandate: Mandate) => void = () => undefined,
): KiwiApi {
  function assertMandate(
    asked: { tenant: Tenant },
    options: KiwiCallOptions | undefined,
    verb: Verb,
  ) {
    const mandate = options?.mandate;
    if (mandate === undefined) return;
    assertMandated(asked, mandate, verb);
    onMandate(mandate);
  }

  return {
    async search(request, options) {
      assertMandate(request, options, "read");
      return api.search(request, options);
    },
    async load(request, options) {
      assertMandate(request, options, verbOfCall({ name: "load", arguments: request.arguments }));
      assertYes(request, options);
      return api.load(request, options);
    },
    async *execute(request, options) {
      const call = { name: "execute", arguments: request.arguments } as const;
      assertMandate(request, options, verbOfCall(call));
      assertYes(request, options);
      yield* api.execute(request, options);
    },
    async discover(request, options) {
      assertMandate(request, options, "read");
      return api.discover(request, options);
    },
    async listItems(request, options) {
      assertMandate(request, options, "read");
      return api.listItems(request, options);
    },
    async recallRun(request, options) {
      assertMandate(request, options, "read");
      return api.recallRun(request, options);
    },
    async secrets(request, options) {
      assertMandate(request, options, verbOfSecrets(request, options));
      return api.secrets(request, options);
    },
    async registry(request, options) {
      assertMandate(request, options, verbOfRegistryOrder(request.order, request.tenant));
      return api.registry(request, options);
    },
    async readArtifact(request, options) {
      assertMandate(request, options, "read");
      return api.readArtifact(request, options);
    },
    async library(request, options) {
      // What a Git server sends vouches for itself.
      if (request.ask.kind !== "pushed") assertMandate(request, options, "admin");
      return api.library(request, options);
    },
  };
}

/** The master key is the operator's; on a machine that has none, of whoever sits at it. */
function verbOfSecrets(
  { tenant, action }: SecretsRequest,
  options: KiwiCallOptions | undefined,
): Verb {
  const isOperators = action === "rewrap" && tenant !== LOCAL_TENANT;
  return isOperators || options?.mandate?.verbs.has("operate") === true ? "operate" : "admin";
}

/** Whose yes comes along with the call says it for themselves, and may not where somebody else has to. */
function assertYes(
  { confirmation }: { confirmation?: unknown },
  options: KiwiCallOptions | undefined,
): void {
  const mandate = options?.mandate;
  if (confirmation === undefined || mandate === undefined || mandate.verbs.has("confirm")) return;
  throw new LiluxError("second_person_required");
}

function assertMandated({ tenant }: { tenant: Tenant }, mandate: Mandate, verb: Verb): void {
  if (mandate.tenant !== tenant) {
    const cause = new Error("a call for another tenant than its mandate's");
    throw new LiluxError("peer_unauthenticated", { cause });
  }
  if (mandate.verbs.has(verb)) return;
  throw new LiluxError("forbidden", {
    message: `Whoever this is done for may not ${verb} here. Ask an admin of the tenant for a key or a role that may.`,
    details: { needs: verb },
  });
}
