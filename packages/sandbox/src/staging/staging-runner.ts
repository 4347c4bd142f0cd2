import type { ScriptRunner } from "../runner/script-runner.ts";
import { stageFiles, sweepStagedFiles } from "./stage-files.ts";

/**
 * A runner whose scripts never touch the project itself: what they may write to
 * is a copy, and what they did to it is done to the project once they have ended,
 * if it may be. A run that was stopped has changed nothing.
 */
export function stagingRunner(runner: ScriptRunner): ScriptRunner {
  const swept = sweepStagedFiles(Date.now());
  return {
    ...runner,
    async run(request, supervision) {
      const { access } = request;
      if (!access.files.some(({ writable }) => writable)) return runner.run(request, supervision);
      await swept;
      const { signal } = supervision;
      const staged = await stageFiles(access.files, { signal, runsAsOther: runner.runsAsOther });
      try {
        const { files } = staged;
        const end = await runner.run({ ...request, access: { ...access, files } }, supervision);
        return { ...end, changes: await staged.apply(access.keepsOut) };
      } finally {
        await staged.discard();
      }
    },
  };
}
