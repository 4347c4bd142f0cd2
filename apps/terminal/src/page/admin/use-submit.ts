import { useEffect, useState } from "preact/hooks";
import { fieldId, type Problem, problemOf } from "./problem.ts";
import { messageOf } from "./use-loaded.ts";

export interface SubmitOptions {
  tell(message: string): void;
  reload(): void;
}

/** Sends a form. What is refused stands beside the field that it is about, which is gone to; else it is told. */
export function useSubmit({ tell, reload }: SubmitOptions) {
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (problem !== undefined) document.getElementById(fieldId(problem.field))?.focus();
  }, [problem]);
  const submit = (work: Promise<unknown>, said: string): void => {
    work.then(
      () => {
        setProblem(undefined);
        tell(said);
        reload();
      },
      (thrown: unknown) => {
        setProblem(problemOf(thrown));
        tell(messageOf(thrown));
      },
    );
  };
  return { problem, submit };
}
