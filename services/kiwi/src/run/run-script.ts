import type { FairPlace } from "@lilux/core/fairness";
import {
  type Artifact,
  type ExecuteResult,
  LiluxError,
  LOCAL_TENANT,
  type Tenant,
} from "@lilux/protocol";
import {
  type ArchivedFile,
  type FileChanges,
  readTar,
  type ScriptEnd,
  type ScriptSandbox,
  saveArtifacts,
} from "@lilux/sandbox";
import type { SecretMask } from "../secrets/mask-secrets.ts";
import { timeoutMsOf } from "./check-inputs.ts";
import { openScriptAccess } from "./open-script-access.ts";
import { readScriptOutput } from "./read-script-output.ts";
import type { ScriptCall, ScriptDeps } from "./script-call.ts";
import { scriptFlags } from "./script-flags.ts";
import { filesChanged, refusalsIn, refusedHostsIn } from "./what-was-refused.ts";

const NICENESS = 5;
/** At 15 it has a tenth of the processor that one at 5 has (`sched_prio_to_weight` of Linux): it still comes to its end. */
const NICENESS_OF_MANY = 10;

/**
 * Checks everything that can be known beforehand, and installs what the script
 * depends on; then answers the run itself, not yet started. Throws
 * `invalid_inputs`, `sandbox_unavailable`, `permission_denied`, `item_broken`,
 * `dependency_refused`, `dependency_failed`, `overloaded`.
 */
export async function prepareScript(
  deps: ScriptDeps,
  call: ScriptCall,
): Promise<() => Promise<ExecuteResult>> {
  const { opened, given, inputs, tenant, signal } = call;
  const timeoutMs = timeoutMsOf(given, deps.settings.runMsMax);
  const flags = scriptFlags(inputs, await call.library.texts.run("readOptions", opened.text));
  const sandbox = await chooseSandbox(deps, tenant);
  const { settings, secrets } = deps;
  const opening = await openScriptAccess(call, { sandbox, settings, secrets });
  const slot = await deps.slots.enter(tenant, signal).catch((error: unknown) => {
    opening.release();
    throw error;
  });
  const release = (): void => {
    slot.leave();
    opening.release();
  };
  call.held.defer(release);
  return async () => {
    const startedAt = performance.now();
    const { runner } = sandbox;
    const outcome = (name: string): void =>
      deps.metrics.scriptRuns.inc({ sandbox: runner.name.split(" ")[0] ?? "", outcome: name });
    try {
      const { item_id } = opened.item;
      const { access, mask } = opening;
      const end = await runner.run(
        { id: item_id, text: opened.text, flags, slot: slot.number, access },
        {
          timeoutMs,
          signal,
          onLine: (line) => call.onProgress(mask.line(line)),
          niceness: nicenessOf(slot),
        },
      );
      const result = await resultOf(end, { call, mask, now: deps.clock.unix() });
      outcome(result.status);
      const durationMs = performance.now() - startedAt;
      return { ...result, metadata: { ...result.metadata, durationMs, sandbox: runner.name } };
    } catch (thrown) {
      const error = opening.mask.error(LiluxError.from(thrown));
      outcome(error.code);
      throw error;
    } finally {
      call.onRan(performance.now() - startedAt);
      release();
    }
  };
}

/** Scripts give way to who types, and those of a tenant that runs many, at once or one after the other, to a neighbour's only one. */
function nicenessOf({ crowding }: Pick<FairPlace, "crowding">): number {
  return NICENESS + Math.round(Math.min(NICENESS_OF_MANY, 8 * crowding));
}

/** What the run comes to, with the files it left and the output that is too long kept. */
async function resultOf(
  end: ScriptEnd,
  { call, mask, now }: { call: ScriptCall; mask: SecretMask; now: number },
): Promise<ExecuteResult> {
  const { opened, given, inputs, library } = call;
  const { exitCode, stdout } = end;
  const left = readTar(end.archive).map(({ name, bytes }) => ({
    name: mask.text(name),
    bytes: mask.bytes(bytes),
  }));
  // Read as it was printed, so that a masked number or quote breaks no JSON; then masked.
  const shown = mask.bytes(stdout);
  const read = { exitCode, stdout, shown, logs: end.logs, leftFiles: left.length > 0 };
  const { status, truncated, ...output } = readScriptOutput(read);
  const data = mask.json(output.data);
  const numbersAsText = output.numbersAsText.map(mask.text);
  const logs = end.logs.map(mask.line);
  const changes = end.changes && maskedChanges(end.changes, mask);
  const whole: ArchivedFile | undefined = truncated ? wholeOutput(shown, left) : undefined;
  const files = whole === undefined ? left : [...left, whole];
  const { item_id } = opened.item;
  const folder = library.source("project")?.folder;
  const artifacts: Artifact[] =
    folder === undefined ? [] : await saveArtifacts({ folder, itemId: item_id, files, now });
  const outputFile = artifacts.find(({ name }) => name === whole?.name)?.path;
  return {
    status,
    item_type: "script",
    item_id: given.item_id,
    action: given.action,
    data,
    inputs,
    metadata: {
      durationMs: 0,
      exitCode,
      truncated,
      ...(outputFile === undefined ? {} : { outputFile }),
      ...(numbersAsText.length === 0 ? {} : { numbersAsText }),
      ...(changes === undefined ? {} : { files: filesChanged(changes) }),
    },
    ...(artifacts.length === 0 ? {} : { artifacts }),
    logs: [...logs, ...refusalsIn(changes), ...refusedHostsIn(end.refusedHosts).map(mask.text)],
  };
}

function maskedChanges({ written, removed, refused }: FileChanges, mask: SecretMask): FileChanges {
  return {
    written: written.map(mask.text),
    removed: removed.map(mask.text),
    refused: refused.map(({ path, reason }) => ({ path: mask.text(path), reason })),
  };
}

/** All of stdout, under a name that none of the script's own files has. */
function wholeOutput(bytes: Buffer, left: readonly ArchivedFile[]): ArchivedFile {
  const taken = new Set(left.map(({ name }) => name));
  let name = "stdout.txt";
  while (taken.has(name)) name = `_${name}`;
  return { name, bytes };
}

async function chooseSandbox(deps: ScriptDeps, tenant: Tenant): Promise<ScriptSandbox> {
  const sandbox = await deps.sandbox();
  if (sandbox.available) return sandbox;
  const plain = tenant === LOCAL_TENANT ? await deps.plain() : undefined;
  if (plain?.available === true) return plain;
  const { reason } = plain ?? sandbox;
  throw new LiluxError("sandbox_unavailable", {
    message:
      `Scripts run only in a sandbox, and none works here: ${reason}. Install bubblewrap and python3 ` +
      "(Debian: apt install bubblewrap python3), or, on a machine that is yours alone, set LILUX_UNSANDBOXED_SCRIPTS=single-user.",
    details: { reason },
  });
}
