import type { Effect, TenantSettings, TenantSettingsChange } from "@lilux/protocol";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import type { Problem } from "./problem.ts";
import { ScriptsFields, type SettingsFieldsProps } from "./scripts-fields.tsx";
import {
  CHOICES,
  type ChosenName,
  changeOf,
  draftOf,
  EFFECTS,
  type SettingsDraft,
} from "./settings-draft.ts";

export interface SettingsFormProps {
  settings: TenantSettings;
  problem: Problem | undefined;
  /** Only whoever runs the server chooses among its models by name. */
  isOperator: boolean;
  /** Undefined where nothing differs from what is set. */
  onChange(change: TenantSettingsChange | undefined): void;
}

const WHAT: Readonly<Record<Effect, string>> = {
  destructive: "what may not be undone",
  write: "writes",
  read: "reading items that are run",
};

const CHOSEN: Readonly<Record<ChosenName, { label: string; unset: string; hint: string }>> = {
  thresholds: {
    label: "How sure a prediction must be",
    unset: "as fitted to the tenant",
    hint: "What is shown while somebody types, and what Enter runs at once.",
  },
  speculation: {
    label: "Reading ahead",
    unset: "on",
    hint: "Whether what somebody is about to ask for is read before they press Enter.",
  },
  consent: {
    label: "What may be kept for training",
    unset: "as the flywheel was told",
    hint: "At most; whoever takes no part stays out. Lowered, what was kept above it is deleted.",
  },
};

/** Every setting as a field. What is sent is what was changed. */
export function SettingsForm({ settings, problem, isOperator, onChange }: SettingsFormProps) {
  const [draft, setDraft] = useState(() => draftOf(settings));
  const given = {
    draft,
    problem,
    onChange: (part: Partial<SettingsDraft>): void => setDraft({ ...draft, ...part }),
  };
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(changeOf(draft, settings));
      }}
    >
      <YesFields {...given} />
      <KeptFields {...given} />
      <ModelFields {...given} isOperator={isOperator} />
      <ScriptsFields {...given} />
      <button type="submit" class="button button-main">
        Set them
      </button>
    </form>
  );
}

function YesFields({ draft, onChange }: SettingsFieldsProps) {
  return (
    <>
      <h3>Whose yes is wanted</h3>
      <p class="quiet">
        For somebody else's, the call waits until a person with the role approver or admin answers;
        who asked cannot.
      </p>
      <div class="admin-fields">
        {EFFECTS.map((effect) => (
          <label key={effect}>
            To {WHAT[effect]}
            <select
              value={draft.approvals[effect]}
              onChange={({ currentTarget: { value } }) =>
                onChange({ approvals: { ...draft.approvals, [effect]: value } })
              }
            >
              <option value="">not set: of whoever asks</option>
              <option value="own">of whoever asks, where one is wanted</option>
              <option value="second-person">somebody else's</option>
            </select>
          </label>
        ))}
      </div>
    </>
  );
}

function KeptFields({ draft, problem, onChange }: SettingsFieldsProps) {
  return (
    <>
      <h3>Predictions and what is kept</h3>
      {Object.entries(CHOICES).map(([name, choices]) => {
        const chosen = name as ChosenName;
        const { label, unset, hint } = CHOSEN[chosen];
        return (
          <Field key={name} name={name} label={label} hint={hint} problem={problem}>
            {(attributes) => (
              <select
                {...attributes}
                value={draft.chosen[chosen]}
                onChange={({ currentTarget: { value } }) =>
                  onChange({ chosen: { ...draft.chosen, [chosen]: value } })
                }
              >
                <option value="">not set: {unset}</option>
                {choices.map((choice) => (
                  <option key={choice}>{choice}</option>
                ))}
              </select>
            )}
          </Field>
        );
      })}
      <Field
        name="retention"
        label="Days for which what people said and did is kept"
        hint="1 to 3,650, at most; empty: as long as the server keeps it."
        problem={problem}
      >
        {(attributes) => (
          <input
            {...attributes}
            inputMode="numeric"
            value={draft.retentionDays}
            onInput={({ currentTarget: { value } }) => onChange({ retentionDays: value })}
          />
        )}
      </Field>
    </>
  );
}

function ModelFields({
  draft,
  problem,
  onChange,
  isOperator,
}: SettingsFieldsProps & { isOperator: boolean }) {
  return (
    <>
      <h3>Models</h3>
      <Field
        name="modelPool"
        label="Pool of model servers"
        hint="Who alone answers this tenant; empty: the first that does. A wrong name is answered with those that there are."
        problem={problem}
      >
        {(attributes) => (
          <input
            {...attributes}
            value={draft.modelPool}
            maxLength={128}
            onInput={({ currentTarget: { value } }) => onChange({ modelPool: value })}
          />
        )}
      </Field>
      <Field
        name="adapter"
        label="Model or adapter on these servers"
        hint={isOperator ? "Empty: the usual one." : "Whoever runs the server sets it."}
        problem={problem}
      >
        {(attributes) => (
          <input
            {...attributes}
            value={draft.adapter}
            maxLength={128}
            readOnly={!isOperator}
            onInput={({ currentTarget: { value } }) => onChange({ adapter: value })}
          />
        )}
      </Field>
    </>
  );
}
