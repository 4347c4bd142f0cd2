import type { TenantSettings } from "@lilux/protocol";
import { useCallback, useState } from "preact/hooks";
import type { SectionProps } from "./section-props.ts";
import { SettingsForm } from "./settings-form.tsx";
import { useLoaded } from "./use-loaded.ts";
import { useSubmit } from "./use-submit.ts";

const COUNTS = "The settings count within five seconds.";

/** A tenant's settings, each with what it does, and all of them as JSON. */
export function SettingsSection({ door, tenant, me, tell }: SectionProps) {
  const load = useCallback(() => door.tenant(tenant), [door, tenant]);
  const { value: record, reload } = useLoaded(load, tell);
  const { problem, submit } = useSubmit({ tell, reload });
  if (record === undefined) return null;

  const { settings } = record;
  const key = JSON.stringify(settings);
  return (
    <>
      <SettingsForm
        key={key}
        settings={settings}
        problem={problem}
        isOperator={me.verbs.includes("operate")}
        onChange={(change) =>
          change === undefined
            ? tell("Nothing was changed.")
            : submit(door.changeSettings(tenant, change), COUNTS)
        }
      />
      <SettingsText
        key={`text ${key}`}
        settings={settings}
        onChange={(all) => submit(door.changeTenant(tenant, { settings: all }), COUNTS)}
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
      <button type="submit" class="button">
        Set all of them
      </button>
    </form>
  );
}
