import { BUDGET_WORDS, BUDGETS, type TenantLimitsGiven, type TenantRecord } from "@lilux/protocol";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import type { Problem } from "./problem.ts";

type LabelledLimits = readonly (readonly [keyof TenantLimitsGiven, string])[];

const MONTHLY: LabelledLimits = BUDGETS.map((budget) => [
  budget,
  `${BUDGET_WORDS[budget].replace(/^./, (first) => first.toUpperCase())} a month`,
]);

const LIMITS: LabelledLimits = [
  ["turnsAtOnce", "Turns at once"],
  ["requestsPerSecond", "Requests a second"],
  ["requestsAtOnce", "Requests at once"],
  ["predictionsAtOnce", "Predictions at once"],
  ["socketsMax", "Sockets"],
  ["sessionsMax", "Sessions"],
  ["framesPerSecond", "Frames a second"],
  ["bytesPerSecond", "Bytes a second"],
  ["weight", "Weight, its share where it is crowded"],
];

export interface LimitsFormProps {
  record: Pick<TenantRecord, "limits" | "plan">;
  problem: Problem | undefined;
  /** Absent for those who may only see them. */
  onChange: ((change: { plan: string; limits: TenantLimitsGiven }) => void) | undefined;
}

/** A tenant's plan, and what it may take where that differs from the plan. */
export function LimitsForm({ record, problem, onChange }: LimitsFormProps) {
  const before = record.limits;
  const [plan, setPlan] = useState(record.plan);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries([...MONTHLY, ...LIMITS].map(([name]) => [name, String(before[name] ?? "")])),
  );
  const isReadOnly = onChange === undefined;
  const fields = (named: LabelledLimits) => (
    <div class="admin-fields">
      {named.map(([name, label]) => (
        <Field key={name} name={name} label={label} problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              inputMode="decimal"
              readOnly={isReadOnly}
              placeholder="the plan's"
              value={texts[name]}
              onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = Object.entries(texts).filter(([, text]) => text.trim() !== "");
        // What this page has no field for stays as it is.
        const others = Object.entries(before).filter(([name]) => !(name in texts));
        const numbers = given.map(([name, text]) => [name, numberOr(text.trim())] as const);
        // The server says what is no number of one: it is sent as it was written.
        const limits = Object.fromEntries([...others, ...numbers]) as TenantLimitsGiven;
        onChange?.({ plan, limits });
      }}
    >
      <h3>Plan and limits</h3>
      <p class="quiet">
        {isReadOnly
          ? "Whoever runs the server sets them."
          : "Empty: as the plan has it, else as every tenant of the server."}
      </p>
      <Field name="plan" label="Plan" problem={problem}>
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={64}
            readOnly={isReadOnly}
            value={plan}
            onInput={(event) => setPlan(event.currentTarget.value)}
          />
        )}
      </Field>
      <h4>Budgets</h4>
      {fields(MONTHLY)}
      <h4>Limits</h4>
      {fields(LIMITS)}
      {!isReadOnly && (
        <button type="submit" class="button button-main">
          Set the limits
        </button>
      )}
    </form>
  );
}

function numberOr(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
