import type { PersonRecord, Role } from "@lilux/protocol";
import { useCallback } from "preact/hooks";
import { acting } from "./acting.ts";
import type { SectionProps } from "./section-props.ts";
import { useLoaded } from "./use-loaded.ts";

const ROLES = [
  "viewer",
  "member",
  "author",
  "approver",
  "admin",
] as const satisfies readonly Role[];

/** Who signed in, what they are, and who may not any more. */
export function PeopleSection({ door, tenant, tell }: SectionProps) {
  const load = useCallback(() => door.people(tenant), [door, tenant]);
  const { value: people, reload } = useLoaded(load, tell);

  const does = acting(tell, reload);
  const put = (person: PersonRecord, said: string): void =>
    does(door.putPerson(tenant, person), said);

  if (people?.length === 0) {
    return <p class="quiet">Nobody has signed in yet. People appear here when they first do.</p>;
  }
  return (
    <div class="admin-table">
      <table>
        <caption>People</caption>
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col">Does</th>
          </tr>
        </thead>
        <tbody>
          {people?.map((one) => (
            <tr key={one.person}>
              <th scope="row">
                {one.name === "" ? one.person : one.name}
                <span class="admin-id">{one.person}</span>
              </th>
              <td>
                <select
                  aria-label={`Role of ${one.name}`}
                  value={one.role}
                  onChange={(event) => {
                    const role = ROLES.find((known) => known === event.currentTarget.value);
                    if (role !== undefined) put({ ...one, role }, saidOf(one, role));
                  }}
                >
                  {ROLES.map((role) => (
                    <option key={role}>{role}</option>
                  ))}
                </select>
              </td>
              <td>{one.state}</td>
              <td>
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    const state = one.state === "active" ? "suspended" : "active";
                    put({ ...one, state }, `${one.name} is ${state}.`);
                  }}
                >
                  {one.state === "active" ? "Suspend" : "Let in"}{" "}
                  <span class="unseen">{one.name}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function saidOf({ name, person }: PersonRecord, role: Role): string {
  return `${name === "" ? person : name} is ${role}, unless their sign-in says otherwise.`;
}
