import { useCallback, useState } from "preact/hooks";
import { acting } from "./acting.ts";
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
            {tenants.map(({ tenant, state, plan: sold }) => (
              <tr key={tenant} aria-current={tenant === chosen ? "true" : undefined}>
                <th scope="row">{tenant}</th>
                <td>{state}</td>
                <td>{sold}</td>
                <td class="admin-does">
                  <button type="button" class="button" onClick={() => onChosen(tenant)}>
                    Choose <span class="unseen">{tenant}</span>
                  </button>
                  <button
                    type="button"
                    class="button"
                    onClick={() => {
                      const next = state === "active" ? "suspended" : "active";
                      does(door.changeTenant(tenant, { state: next }), `${tenant} is ${next}.`);
                    }}
                  >
                    {state === "active" ? "Suspend" : "Let in"} <span class="unseen">{tenant}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <NewTenantForm
        onWanted={(name, plan) => does(door.createTenant(name, plan), `${name} is made.`)}
      />
    </>
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
