import type { ComponentChildren } from "preact";
import { fieldId, type Problem } from "./problem.ts";

/** What the element that is filled in has to be given. */
export interface FieldAttributes {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string;
}

export interface FieldProps {
  name: string;
  label: string;
  hint?: ComponentChildren;
  problem: Problem | undefined;
  children(attributes: FieldAttributes): ComponentChildren;
}

/** One thing to fill in, with what it does, and what is wrong with it where the server said so. */
export function Field({ name, label, hint, problem, children }: FieldProps) {
  const id = fieldId(name);
  const isIt = problem?.field === name;
  return (
    <div class="admin-field">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": isIt, "aria-describedby": `${id}-says` })}
      <div id={`${id}-says`}>
        {isIt && (
          <p class="admin-bad" role="alert">
            {problem.message}
          </p>
        )}
        {hint !== undefined && <p class="quiet">{hint}</p>}
      </div>
    </div>
  );
}
