import type { Effect } from "@lilux/protocol";
import { Field } from "./field.tsx";
import type { Problem } from "./problem.ts";
import { EFFECTS, LISTED, type ListedName, type SettingsDraft } from "./settings-draft.ts";

/** Some fields of the form of settings. */
export interface SettingsFieldsProps {
  draft: SettingsDraft;
  problem: Problem | undefined;
  onChange(part: Partial<SettingsDraft>): void;
}

const WORDS: Readonly<Record<ListedName, { all: string; label: string; hint: string }>> = {
  scriptPackages: {
    all: "every package that the server allows",
    label: "Packages that scripts may depend on",
    hint: "A name a line, at most 32, of those that the server allows. None where it is empty.",
  },
  scriptHosts: {
    all: "every host that the server allows",
    label: "Hosts that scripts may reach",
    hint: "A line each: api.example.com, *.example.com, api.example.com:8443, or *. None where it is empty.",
  },
};

/** What a tenant's scripts may do. A setting narrows what the server allows, and never widens it. */
export function ScriptsFields({ draft, problem, onChange }: SettingsFieldsProps) {
  const { scriptEffects, listed } = draft;
  return (
    <>
      <h3>Scripts</h3>
      <fieldset id="admin-scriptEffects">
        <legend>Which run at all</legend>
        <label class="admin-check">
          <input
            type="checkbox"
            checked={scriptEffects === undefined}
            onChange={() =>
              onChange({ scriptEffects: scriptEffects === undefined ? [...EFFECTS] : undefined })
            }
          />
          every class
        </label>
        {scriptEffects !== undefined &&
          EFFECTS.map((effect) => (
            <label key={effect} class="admin-check">
              <input
                type="checkbox"
                checked={scriptEffects.includes(effect)}
                onChange={() => onChange({ scriptEffects: toggled(scriptEffects, effect) })}
              />
              {effect}
            </label>
          ))}
      </fieldset>
      {LISTED.map((name) => {
        const { all, label, hint } = WORDS[name];
        const text = listed[name];
        const set = (value: string | undefined): void =>
          onChange({ listed: { ...listed, [name]: value } });
        return (
          <div class="admin-field" key={name}>
            <label class="admin-check">
              <input
                type="checkbox"
                checked={text === undefined}
                onChange={() => set(text === undefined ? "" : undefined)}
              />
              {all}
            </label>
            {text !== undefined && (
              <Field name={name} label={label} hint={hint} problem={problem}>
                {(attributes) => (
                  <textarea
                    {...attributes}
                    rows={4}
                    spellcheck={false}
                    value={text}
                    onInput={({ currentTarget: { value } }) => set(value)}
                  />
                )}
              </Field>
            )}
          </div>
        );
      })}
    </>
  );
}

/** In the order of their severity, whichever was ticked first. */
function toggled(chosen: readonly Effect[], effect: Effect): Effect[] {
  return EFFECTS.filter((one) => chosen.includes(one) !== (one === effect));
}
