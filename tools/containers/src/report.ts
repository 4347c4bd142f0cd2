/** Tells each step as it ends, with how long it took; a step that fails is told, and the others go on. */
export interface Report {
  step(title: string, work: () => string | undefined): boolean;
  /** Whether everything went well. */
  isGood(): boolean;
}

export function createReport(print: (line: string) => void, now = Date.now): Report {
  let failures = 0;
  return {
    step(title, work) {
      const begun = now();
      const took = (): string => `${Math.round((now() - begun) / 1_000)} s`;
      try {
        const said = work();
        print(`ok   ${title}${said === undefined ? "" : `: ${said}`} (${took()})`);
        return true;
      } catch (error) {
        failures += 1;
        print(
          `NOT  ${title} (${took()})\n     ${error instanceof Error ? error.message : String(error)}`,
        );
        return false;
      }
    },
    isGood: () => failures === 0,
  };
}
