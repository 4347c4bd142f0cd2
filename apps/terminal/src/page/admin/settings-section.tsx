import type { Effect, TenantSettings } from "@lilux/protocol";
import { useCallback, useState } from "preact/hooks";
import { acting } from "./acting.ts";
import type { SectionProps } from "./section-props.ts";
import { useLoaded } from "./use-loaded.ts";

const EFFECTS = [
  ["destructive", "what may not be undone"],
  ["write", "writes"],
  ["read", "reading items that are run"],
] as const satisfies readonly (readonly [Effect, string])[];

/** A tenant's settings, each with what it does; those without a field of their own as JSON. */
export function SettingsSection({ door, tenant, tell }: SectionProps) {
  const load = useCallback(() => door.tenant(tenant), [door, tenant]);
  const { value: record, reload } = useLoaded(load, tell);
  if (record === undefined) return null;

  const does = acting(tell, reload);
  const change = (settings: TenantSettings): void =>
    does(door.changeTenant(tenant, { settings }), "The settings count within five seconds.");
  const { settings } = record;
  return (
    <>
      <form class="admin-form" onSubmit={(event) => event.preventDefault()}>
        <h3>Whose yes is wanted</h3>
        <p class="quiet">
          For somebody else's, the call waits until a person with the role approver or admin
          answers; who asked cannot.
        </p>
        {EFFECTS.map(([effect, what]) => (
          <label key={effect}>
            To {what}
            <select
              value={settings.approvals?.[effect] ?? "own"}
              onChange={({ currentTarget: { value } }) =>
                change({
                  ...settings,
                  approvals: {
                    ...settings.approvals,
                    [effect]: value === "own" ? "own" : "second-person",
                  },
                })
              }
            >
              <option value="own">of whoever asks, where one is wanted</option>
              <option value="second-person">somebody else's</option>
            </select>
          </label>
        ))}
      </form>
      <SettingsText
        key={JSON.stringify(settings)}
        settings={settings}
        onChange={change}
        tell={tell}
      />
    </>
  );
}

interface SettingsTextProps {
  settings: TenantSettings;
  onChange(settings: TenantSettings): void;
  tell(message: string): void;
}

function SettingsText({ settings, onChange, tell }: SettingsTextProps) {
  const [text, setText] = useState(JSON.stringify(settings, null, 2));
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          // The server says what is no setting, or no value of one.
          onChange(JSON.parse(text) as TenantSettings);
        } catch {
          tell("That is no JSON. Nothing was changed.");
        }
      }}
    >
      <h3>All settings</h3>
      <label>
        As JSON; they take the place of those before
        <textarea
          rows={8}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-main">
        Set them
      </button>
    </form>
  );
}
