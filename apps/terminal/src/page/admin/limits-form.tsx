import type { TenantLimitsGiven } from "@lilux/protocol";
import { useState } from "preact/hooks";

const LIMITS = [
  ["turnsPerMonth", "Turns a month"],
  ["turnsAtOnce", "Turns at once"],
  ["requestsPerSecond", "Requests a second"],
  ["requestsAtOnce", "Requests at once"],
  ["predictionsAtOnce", "Predictions at once"],
  ["socketsMax", "Sockets"],
  ["sessionsMax", "Sessions"],
  ["framesPerSecond", "Frames a second"],
  ["bytesPerSecond", "Bytes a second"],
] as const satisfies readonly (readonly [keyof TenantLimitsGiven, string])[];

export interface LimitsFormProps {
  limits: TenantLimitsGiven;
  /** Absent for those who may only see them. */
  onChange: ((limits: TenantLimitsGiven) => void) | undefined;
}

/** What a tenant may take, where it differs from what every tenant of the server may. */
export function LimitsForm({ limits, onChange }: LimitsFormProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(LIMITS.map(([name]) => [name, String(limits[name] ?? "")])),
  );
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = Object.entries(texts).filter(([, text]) => text.trim() !== "");
        // What this page has no field for stays as it is.
        const others = Object.entries(limits).filter(([name]) => !(name in texts));
        const numbers = given.map(([name, text]) => [name, Number(text)] as const);
        onChange?.(Object.fromEntries([...others, ...numbers]));
      }}
    >
      <h3>Limits</h3>
      <p class="quiet">
        {onChange === undefined
          ? "Whoever runs the server sets them."
          : "Empty: as every tenant of the server."}
      </p>
      <div class="admin-fields">
        {LIMITS.map(([name, label]) => (
          <label key={name}>
            {label}
            <input
              type="number"
              min="1"
              max="1000000000"
              readOnly={onChange === undefined}
              placeholder="the server's"
              value={texts[name]}
              onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      {onChange !== undefined && (
        <button type="submit" class="button button-main">
          Set the limits
        </button>
      )}
    </form>
  );
}
