/** Checks in order, each told as it is done. */
export interface Report {
  /** One guarantee. What it returns is told beside it: what was seen, in figures. */
  check(guarantee: string, body: () => Promise<string | undefined>): Promise<void>;
  say(text: string): void;
  /** Tells how many passed, and makes the process fail where one did not. */
  finish(): void;
}

export function createReport(only: RegExp | undefined): Report {
  let passed = 0;
  let failed = 0;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    say,
    async check(guarantee, body) {
      if (only !== undefined && !only.test(guarantee)) return;
      const startedAt = performance.now();
      try {
        const seen = await body();
        passed += 1;
        const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
        say(`✓ ${guarantee} (${seconds} s)${seen === undefined ? "" : `\n    ${seen}`}`);
      } catch (error) {
        failed += 1;
        say(
          `✗ ${guarantee}\n    ${error instanceof Error ? (error.stack ?? error.message) : error}`,
        );
      }
    },
    finish() {
      say(`\n${passed} passed, ${failed} failed`);
      if (failed > 0) process.exitCode = 1;
    },
  };
}
