import { type PersonRecord, ROLES, type Role } from "@lilux/protocol";
import { useCallback } from "preact/hooks";
import { acting } from "./acting.ts";
import type { SectionProps } from "./section-props.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { useLoaded } from "./use-loaded.ts";
import { useSubmit } from "./use-submit.ts";

/** Who signed in, what they are, who may not any more, and by which provider. */
export function PeopleSection(props: SectionProps) {
  const { door, tenant, me, tell } = props;
  const load = useCallback(() => door.tenant(tenant), [door, tenant]);
  const { value: record, reload } = useLoaded(load, tell);
  const { problem, submit } = useSubmit({ tell, reload });
  const isOperator = me.verbs.includes("operate");
  return (
    <>
      <PeopleTable {...props} />
      {record !== undefined && (
        <SignInForm
          key={JSON.stringify(record.signIn)}
          signIn={record.signIn}
          problem={problem}
          onChange={
            isOperator
              ? (signIn) =>
                  submit(
                    door.changeTenant(tenant, { signIn }),
                    "The sign-in counts within five seconds.",
                  )
              : undefined
          }
        />
      )}
    </>
  );
}

function PeopleTable({ door, tenant, tell }: SectionProps) {
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
