export { type ArchivedFile, readTar } from "./artifacts/read-tar.ts";
export { saveArtifacts } from "./artifacts/save-artifacts.ts";
export type { EgressOptions } from "./egress/egress-rules.ts";
export { reasonAgainstName } from "./egress/read-host.ts";
export { isNetwork } from "./egress/reason-against-address.ts";
export { applyingDependencies } from "./environment/applying-dependencies.ts";
export type { HeldEnvironment } from "./environment/environments.ts";
export { type PackageList, readPackageList } from "./environment/package-list.ts";
export { readPackageName } from "./environment/read-requirement.ts";
export {
  openScriptSandbox,
  openWithoutSandbox,
  type SandboxState,
  type ScriptSandbox,
  type ScriptSandboxOptions,
} from "./open-script-sandbox.ts";
export { checkSandbox } from "./runner/check-sandbox.ts";
export {
  type FileBind,
  type FileChanges,
  type NetworkAccess,
  NO_ACCESS,
  type RefusedHost,
  type ScriptAccess,
  type ScriptEnd,
} from "./runner/script-runner.ts";
export { type ScriptRunTimes, timeScriptRuns } from "./runner/time-script-runs.ts";
