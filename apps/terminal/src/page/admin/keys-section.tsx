import { KEY_SCOPES, type KeyRecord, type KeyScope, type NewKey } from "@lilux/protocol";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../view/copy-button.tsx";
import { acting } from "./acting.ts";
import type { SectionProps } from "./section-props.ts";
import { useLoaded } from "./use-loaded.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Keys: made once, shown once, rotated, revoked. */
export function KeysSection({ door, tenant, tell }: SectionProps) {
  const load = useCallback(() => door.keys(tenant), [door, tenant]);
  const { value: keys = [], reload } = useLoaded(load, tell);
  const [made, setMade] = useState<NewKey>();
  const [overlapHours, setOverlapHours] = useState("24");

  const does = acting(tell, reload);

  return (
    <>
      {made !== undefined && <ShownOnce made={made} onSeen={() => setMade(undefined)} />}
      <div class="admin-table">
        <table>
          <caption>Keys</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Scopes</th>
              <th scope="col">Ends</th>
              <th scope="col">Last used</th>
              <th scope="col">Does</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.keyId} class={isGood(key) ? undefined : "admin-over"}>
                <th scope="row">
                  {key.name}
                  <span class="admin-id">lx_{key.keyId}_…</span>
                </th>
                <td>{key.scopes.join(", ")}</td>
                <td>{endOf(key)}</td>
                <td>{key.lastUsedAt === null ? "never" : dayOf(key.lastUsedAt)}</td>
                <td class="admin-does">
                  {isGood(key) && (
                    <KeyActions
                      name={key.name}
                      onRotate={() =>
                        does(
                          door.rotateKey(tenant, key.keyId, Number(overlapHours) * HOUR_MS),
                          setMade,
                        )
                      }
                      onRevoke={() =>
                        does(
                          door.revokeKey(tenant, key.keyId),
                          `${key.name} is revoked: within five seconds it opens nothing.`,
                        )
                      }
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <OverlapForm hours={overlapHours} onChange={setOverlapHours} />
      <NewKeyForm onWanted={(given) => does(door.createKey(tenant, given), setMade)} tell={tell} />
    </>
  );
}

interface KeyActionsProps {
  name: string;
  onRotate(): void;
  onRevoke(): void;
}

function KeyActions({ name, onRotate, onRevoke }: KeyActionsProps) {
  return (
    <>
      <button type="button" class="button" onClick={onRotate}>
        Rotate <span class="unseen">{name}</span>
      </button>
      <RevokeButton name={name} onRevoke={onRevoke} />
    </>
  );
}

function OverlapForm({ hours, onChange }: { hours: string; onChange(hours: string): void }) {
  return (
    <form class="admin-form" onSubmit={(event) => event.preventDefault()}>
      <NumberField
        label="Hours for which a rotated key is good beside the one that follows it"
        min={0}
        max={720}
        text={hours}
        onInput={onChange}
      />
    </form>
  );
}

interface NumberFieldProps {
  label: string;
  min: number;
  max: number;
  text: string;
  onInput(text: string): void;
}

function NumberField({ label, min, max, text, onInput }: NumberFieldProps) {
  return (
    <label>
      {label}
      <input
        type="number"
        min={min}
        max={max}
        value={text}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** The first press asks, the second does it. */
function RevokeButton({ name, onRevoke }: { name: string; onRevoke(): void }) {
  const [isSure, setSure] = useState(false);
  return (
    <button
      type="button"
      class={isSure ? "button button-danger" : "button"}
      onBlur={() => setSure(false)}
      onClick={() => {
        if (isSure) onRevoke();
        setSure(!isSure);
      }}
    >
      {isSure ? "Really revoke" : "Revoke"} <span class="unseen">{name}</span>
    </button>
  );
}

function ShownOnce({ made, onSeen }: { made: NewKey; onSeen(): void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), [made]);
  return (
    <section class="admin-once" ref={box} tabIndex={-1} aria-label="The new key">
      <h3>{made.record.name}: copy it now, it is shown this once</h3>
      <code>{made.key}</code>
      <div class="admin-does">
        <CopyButton text={made.key} what="the key" />
        <button type="button" class="button" onClick={onSeen}>
          I have it
        </button>
      </div>
    </section>
  );
}

interface NewKeyFormProps {
  onWanted(given: { name: string; scopes: KeyScope[]; expiresAt?: number }): void;
  tell(message: string): void;
}

function NewKeyForm({ onWanted, tell }: NewKeyFormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<KeyScope>>(new Set<KeyScope>(["predict"]));
  const [days, setDays] = useState("365");

  function onSubmit(event: Event): void {
    event.preventDefault();
    if (scopes.size === 0) {
      tell("Choose at least one scope.");
      return;
    }
    const given = { name, scopes: [...scopes] };
    onWanted(days === "" ? given : { ...given, expiresAt: Date.now() + Number(days) * DAY_MS });
    setName("");
  }

  return (
    <form class="admin-form" onSubmit={onSubmit}>
      <h3>A new key</h3>
      <label>
        Name
        <input
          value={name}
          required
          maxLength={200}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <fieldset>
        <legend>It may</legend>
        {KEY_SCOPES.map((scope) => (
          <label key={scope} class="admin-check">
            <input
              type="checkbox"
              checked={scopes.has(scope)}
              onChange={() => {
                const next = new Set(scopes);
                if (!next.delete(scope)) next.add(scope);
                setScopes(next);
              }}
            />
            {scope}
          </label>
        ))}
      </fieldset>
      <NumberField
        label="Days until it ends; empty for no end"
        min={1}
        max={3_650}
        text={days}
        onInput={setDays}
      />
      <button type="submit" class="button button-main">
        Make it
      </button>
    </form>
  );
}

function isGood({ revokedAt, expiresAt }: KeyRecord): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > Date.now());
}

function endOf({ revokedAt, expiresAt }: KeyRecord): string {
  if (revokedAt !== null) return `revoked ${dayOf(revokedAt)}`;
  return expiresAt === null ? "never" : dayOf(expiresAt);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
