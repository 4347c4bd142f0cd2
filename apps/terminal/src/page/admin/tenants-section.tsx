import type { TenantRecord } from "@lilux/protocol";
import { useCallback, useState } from "preact/hooks";
import { acting } from "./acting.ts";
import { DeleteTenant } from "./delete-tenant.tsx";
import type { SectionProps } from "./section-props.ts";
import { useLoaded } from "./use-loaded.ts";

export interface TenantsSectionProps extends SectionProps {
  onChosen(tenant: string): void;
}

/** Companies, for whoever runs the server. */
export function TenantsSection({ door, tenant: chosen, tell, onChosen }: TenantsSectionProps) {
  const { value: tenants = [], reload } = useLoaded(
    useCallback(() => door.tenants(), [door]),
    tell,
  );

  const does = acting(tell, reload);
  const [doomed, setDoomed] = useState<{ tenant: string; isBegun: boolean }>();

  return (
    <>
      <div class="admin-table">
        <table>
          <caption>Tenants</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col">Plan</th>
              <th scope="col">Does</th>
            </tr>
          </thead>
          <tbody>
            {tenants.map((record) => (
              <TenantRow
                key={record.tenant}
                record={record}
                isChosen={record.tenant === chosen}
                onChosen={onChosen}
                onState={(next) =>
                  does(
                    door.changeTenant(record.tenant, { state: next }),
                    `${record.tenant} is ${next}.`,
                  )
                }
                onDoomed={(isBegun) => setDoomed({ tenant: record.tenant, isBegun })}
              />
            ))}
          </tbody>
        </table>
      </div>
      {doomed !== undefined && (
        <DeleteTenant
          key={doomed.tenant}
          {...doomed}
          door={door}
          tell={tell}
          onOver={reload}
          onBegun={() => {
            tell(`Nobody of ${doomed.tenant} is let in any more.`);
            reload();
          }}
        />
      )}
      <NewTenantForm
        onWanted={(name, plan) => does(door.createTenant(name, plan), `${name} is made.`)}
      />
    </>
  );
}

interface TenantRowProps {
  record: TenantRecord;
  isChosen: boolean;
  onChosen(tenant: string): void;
  onState(next: "active" | "suspended"): void;
  onDoomed(isBegun: boolean): void;
}

function TenantRow({ record, isChosen, onChosen, onState, onDoomed }: TenantRowProps) {
  const { tenant, state, plan } = record;
  const isBeingDeleted = state === "deleting";
  return (
    <tr aria-current={isChosen ? "true" : undefined}>
      <th scope="row">{tenant}</th>
      <td>{state}</td>
      <td>{plan}</td>
      <td class="admin-does">
        <button type="button" class="button" onClick={() => onChosen(tenant)}>
          Choose <span class="unseen">{tenant}</span>
        </button>
        {!isBeingDeleted && (
          <button
            type="button"
            class="button"
            onClick={() => onState(state === "active" ? "suspended" : "active")}
          >
            {state === "active" ? "Suspend" : "Let in"} <span class="unseen">{tenant}</span>
          </button>
        )}
        <button type="button" class="button" onClick={() => onDoomed(isBeingDeleted)}>
          {isBeingDeleted ? "Report" : "Delete"} <span class="unseen">{tenant}</span>
        </button>
      </td>
    </tr>
  );
}

function NewTenantForm({ onWanted }: { onWanted(name: string, plan: string): void }) {
  const [name, setName] = useState("");
  const [plan, setPlan] = useState("standard");
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        onWanted(name, plan);
        setName("");
      }}
    >
      <h3>A new tenant</h3>
      <label>
        Name, which never changes
        <input
          value={name}
          required
          pattern="[a-z0-9\-]{1,32}"
          title="small letters, digits and dashes"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label>
        Plan
        <input value={plan} required onInput={(event) => setPlan(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button button-main">
        Create
      </button>
    </form>
  );
}
