import { randomUUID } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import type {
  ArtifactPart,
  ExecuteResult,
  ReadArtifactRequest,
  RecallRunRequest,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { assertGranted } from "../access/assert-granted.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { auditedRead, createCallAudit } from "../audit/call-audit.ts";
import type { Questions } from "../consent/questions.ts";
import { discoverItems } from "../find/discover-items.ts";
import type { FindItems } from "../find/find-items.ts";
import { loadGranted } from "../find/load-granted.ts";
import { searchSources } from "../find/search-sources.ts";
import type { Homes } from "../homes/homes.ts";
import type { Libraries } from "../library/libraries.ts";
import type { Registry } from "../registry/registry.ts";
import { registryCaller } from "../registry/registry-caller.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { WriteDeps } from "../write/write-context.ts";
import type { CallFacts, CallObserver } from "./observe-call.ts";
import { parsers } from "./parsers.ts";

export interface ApiDeps {
  libraries: Libraries;
  homes: Pick<Homes, "library">;
  registry: Registry;
  find: FindItems;
  observer: CallObserver;
  execute: KiwiApi["execute"];
  trail: AuditTrail;
  writes: WriteDeps;
  questions: Questions;
  secrets: Secrets;
  /** What came of calls that ran before, and the files they made. */
  runs: {
    recall(asked: RecallRunRequest): Promise<ExecuteResult>;
    readArtifact(asked: ReadArtifactRequest, folder: string | undefined): Promise<ArtifactPart>;
  };
  clock: Clock;
}

/** The tool core's door: requests are checked here once, whichever way they came. */
export function createKiwiApi(deps: ApiDeps): KiwiApi {
  const { libraries, homes, registry, find, observer, execute, writes, questions, runs, secrets } =
    deps;
  return {
    async search(request, options) {
      const asked = parsers.search(request);
      const { tenant, arguments: given, grants } = asked;
      const call = { name: "search", arguments: given } as const;
      const audit = createCallAudit(deps, { request: asked, call }, options);
      const facts: CallFacts = { call: "search", tenant, item_type: given.item_type };
      return observer.run(facts, options, (signal) => {
        const library = () => libraries.of(tenant);
        const traceparent = options?.traceparent;
        const search = async () => {
          assertGranted(grants, call, undefined);
          const onFault = (error: unknown): void => observer.fault(facts, error);
          const scope = { tenant, library, registry, find, signal, traceparent, onFault };
          return searchSources(scope, given);
        };
        return auditedRead(audit, search, ({ results }) => ({ results: results.length }));
      });
    },
    async load(request, options) {
      const asked = parsers.load(request);
      const { tenant, arguments: given, grants } = asked;
      const call = { name: "load", arguments: given } as const;
      const audit = createCallAudit(deps, { request: asked, call }, options);
      const { item_type, item_id } = given;
      const facts: CallFacts = { call: "load", tenant, item_type, item_id };
      return observer.run(facts, options, (signal) => {
        const load = async () => {
          const library = await libraries.of(tenant);
          const by = asked.by ?? "model";
          const mandate = options?.mandate;
          const named = { callId: randomUUID(), ...asked };
          const pull = { request: named, questions, audit, secondPerson: mandate?.secondPerson };
          const scope = { tenant, library, registry, signal, writes, by, mandate, pull };
          return loadGranted(scope, given, grants);
        };
        return auditedRead(audit, load, ({ item }) => ({ item }));
      });
    },
    execute,
    async discover(request, options) {
      const { tenant, ...question } = parsers.discover(request);
      return observer.run({ call: "discover", tenant }, options, async (signal) => {
        const call = { tenant, signal, traceparent: options?.traceparent };
        return discoverItems({ library: await libraries.of(tenant), find, call }, question);
      });
    },
    async recallRun(request, options) {
      const asked = parsers.recallRun(request);
      const { tenant } = asked;
      return observer.run({ call: "recall", tenant }, options, () => runs.recall(asked));
    },
    async registry(request, options) {
      const asked = parsers.registry(request);
      const facts: CallFacts = { call: "registry", tenant: asked.tenant };
      return observer.run(facts, options, () =>
        registry.order(asked, {
          ...registryCaller(asked.tenant, options?.mandate),
          person: asked.person,
        }),
      );
    },
    async readArtifact(request, options) {
      const asked = parsers.readArtifact(request);
      const { tenant } = asked;
      return observer.run({ call: "recall", tenant }, options, async () => {
        const folder = (await libraries.of(tenant)).source("project")?.folder;
        return runs.readArtifact(asked, folder);
      });
    },
    async secrets(request, options) {
      const asked = parsers.secrets(request);
      const facts: CallFacts = { call: "secrets", tenant: asked.tenant, action: asked.action };
      return observer.run(facts, options, () => secrets.manage(asked));
    },
    async library(request, options) {
      const asked = parsers.library(request);
      const facts: CallFacts = { call: "library", tenant: asked.tenant };
      return observer.run(facts, options, async () => {
        const record = await homes.library(asked);
        // Whoever holds the library brings it there: where nobody does, it is opened for that.
        if (asked.ask.kind === "move") void libraries.of(asked.tenant).catch(() => undefined);
        return record;
      });
    },
    async listItems(request, options) {
      const { tenant } = parsers.listItems(request);
      return observer.run({ call: "list", tenant }, options, async () =>
        (await libraries.of(tenant)).list(),
      );
    },
  };
}
