import { createHash } from "node:crypto";
import type { Circumstance } from "@lilux/core/consent";
import {
  type Effect,
  type ExecuteCall,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSource,
  LiluxError,
  type Mandate,
  type SecondPerson,
} from "@lilux/protocol";
import { assertGranted } from "../access/assert-granted.ts";
import { sharedModules } from "../access/shared-modules.ts";
import type { CallAudit } from "../audit/call-audit.ts";
import type { Questions } from "../consent/questions.ts";
import { type Findings, requireConsent } from "../consent/require-consent.ts";
import { openAnywhere } from "../find/open-anywhere.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { isUnreviewed } from "../provenance/content-origin.ts";
import { rememberReview } from "../provenance/remember.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryCaller } from "../registry/registry-caller.ts";
import { askedBy } from "../write/asked-by.ts";
import { lockKeyOf, planWrite } from "../write/plan-write.ts";
import type { WriteDeps } from "../write/write-context.ts";
import { checkInputs } from "./check-inputs.ts";
import { preparePublish } from "./prepare-publish.ts";
import { runDirective } from "./run-directive.ts";
import { runKnowledge } from "./run-knowledge.ts";
import { prepareScript } from "./run-script.ts";
import type { ScriptDeps } from "./script-call.ts";

export interface RunContext {
  library: Library;
  registry: Registry;
  /** Who publishes, where it is a publish. */
  by: RegistryCaller;
  scripts: ScriptDeps;
  writes: WriteDeps;
  audit: CallAudit;
  questions: Questions;
  /** What the tenant wants somebody else's yes to. */
  secondPerson: SecondPerson | undefined;
  /** What preparing takes, as a place among the runs: given back where the run never begins. */
  held: DisposableStack;
  /** For whom it is done, where that is known. */
  mandate: Mandate | undefined;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Decides whether an execute may go on, in this order: the item is known, the
 * caller's grants permit it, the inputs are right, a destructive call is
 * confirmed, as `requireConsent` has it, and that it may is on record. Answers the run, not yet started: until then nothing has happened.
 */
export async function prepareRun(
  request: ExecuteRequest,
  context: RunContext,
): Promise<() => Promise<ExecuteResult>> {
  const { tenant, arguments: given } = request;
  const call: ExecuteCall = { name: "execute", arguments: given };
  const { questions, audit, secondPerson } = context;
  if (given.action === "publish") {
    const publish = await preparePublish(request, context);
    assertGranted(request.grants, call, publish.item);
    await audit.allowed(
      publish.item,
      requireConsent(questions, { request, call, secondPerson }, publish),
    );
    return publish.run;
  }
  if (given.action !== "run") {
    const write = planWrite(context.writes, request, context);
    assertGranted(request.grants, call, write.item);
    const findings = await write.check();
    const consent = requireConsent(questions, { request, call, secondPerson }, findings);
    await audit.allowed({ ...findings.item, ...write.item }, consent);
    return write.run;
  }
  const { library, registry, signal } = context;
  const opened = await openAnywhere({ tenant, library, registry, signal }, given);
  assertGranted(request.grants, call, opened.item);
  assertLetRun(opened.item, context.mandate?.settings?.scriptEffects);
  // Before anybody is asked to confirm a call that could not run anyway.
  const inputs = checkInputs(opened.item, given);
  const findings = await findingsOfRun(opened, context);
  const consent = requireConsent(questions, { request, call, secondPerson }, findings);
  await audit.allowed(opened.item, consent);
  if (consent.isConfirmed) await noteReview(request, context, opened);
  return withWarnings(await runOf(request, context, { opened, inputs }), opened.warnings);
}

/** What a tenant forbade runs for nobody, also not with a yes. */
function assertLetRun(
  { item_type, qualified_id, effect }: OpenedItem["item"],
  allowed: readonly Effect[] | undefined,
): void {
  if (item_type !== "script" || allowed === undefined || allowed.includes(effect)) return;
  const which = allowed.length === 0 ? "none" : allowed.join(" and ");
  throw new LiluxError("forbidden", {
    message: `The script ${qualified_id} is ${effect}, and your tenant lets run only: ${which}. An admin of it changes that in its settings (scriptEffects).`,
    details: { setting: "scriptEffects", effect },
  });
}

async function runOf(
  { tenant, arguments: given, grants }: ExecuteRequest,
  { library, scripts, audit, held, mandate, signal, onProgress }: RunContext,
  { opened, inputs }: { opened: OpenedItem; inputs: Record<string, unknown> },
): Promise<() => Promise<ExecuteResult>> {
  switch (given.item_type) {
    case "directive": {
      const result = runDirective(opened, given, inputs);
      return async () => result;
    }
    case "knowledge": {
      const result = runKnowledge(opened, given);
      return async () => result;
    }
    case "script":
      return prepareScript(scripts, {
        tenant,
        library,
        opened,
        given,
        inputs,
        grants,
        settings: mandate?.settings ?? {},
        held,
        signal,
        onProgress,
        onRefusedHost: audit.hostRefused,
        onRan: audit.ran,
      });
  }
}

/** What the caller should know of the item itself comes before what the run said. */
function withWarnings(
  run: () => Promise<ExecuteResult>,
  warnings: readonly string[] | undefined,
): () => Promise<ExecuteResult> {
  if (warnings === undefined) return run;
  return async () => {
    const result = await run();
    return { ...result, logs: [...warnings, ...(result.logs ?? [])] };
  };
}

/** What a yes to a run is bound to: the item's text, those its steps reach, the modules scripts share. */
async function findingsOfRun(
  { item, origin, reached, parsed }: OpenedItem,
  { library }: RunContext,
): Promise<Findings> {
  // Reading what somebody wrote is no more than a load of it.
  const isRead = item.item_type === "knowledge";
  const isFirst = !isRead && isUnreviewed(origin);
  const circumstances: Circumstance[] = isFirst ? ["first_run"] : [];
  const isScript = item.item_type === "script";
  const modules = isScript ? await digestOfModules(library, item.source) : [];
  const contents = [item.content_hash, ...reached, ...modules];
  return { item, circumstances, contents, secrets: parsed.needs?.secrets ?? [] };
}

/** The yes counts for this run all the same; without its place it is asked for again at the next one. */
function unlessAway(error: unknown): void {
  if (error instanceof LiluxError && error.code === "library_unreachable") return;
  throw error;
}

async function digestOfModules(library: Library, source: ItemSource): Promise<string[]> {
  const root = await library.source(source)?.root();
  const shared = root === undefined ? undefined : await sharedModules(root);
  return shared === undefined ? [] : [createHash("sha256").update(shared).digest("hex")];
}

/** A person said yes to this very text: from now on it runs as what it says it is. */
async function noteReview(
  request: ExecuteRequest,
  { library, writes, mandate }: RunContext,
  { item, origin, path }: OpenedItem,
): Promise<void> {
  const folder = library.source(item.source);
  const root = await folder?.root();
  if (folder === undefined || origin === undefined || root === undefined) return;
  if (!isUnreviewed(origin)) return;
  const key = lockKeyOf(request.tenant, item.item_type, item.qualified_id);
  const now = writes.clock.unix();
  const { item_type, qualified_id } = item;
  const act = {
    ...askedBy(mandate, request),
    action: "review",
    item: { item_type, qualified_id, path },
    by: "person" as const,
  };
  const note = () => rememberReview(folder.filesOf(writes.files), { root, path }, { origin, now });
  await writes.locks.run(key, () => folder.keep(act, note)).catch(unlessAway);
  await library.update(item.source, new Set([path]));
}
