import { PersonRecord, Role, TenantName, TextEnum } from "@lilux/protocol";
import { Type } from "typebox";
import type { App } from "../create-app.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  ADMINS,
  AdminPage,
  type AdminRoutesDeps,
  actOf,
  NextName,
  nextNameOf,
  noSuch,
  OneTenant,
  recordsOf,
  tenantOfRoute,
} from "./admin-context.ts";

const OnePerson = Type.Object({ tenant: TenantName, person: PersonRecord.properties.person });
const PersonBody = Type.Object(
  {
    role: Role,
    state: Type.Optional(TextEnum(["active", "suspended"])),
    name: Type.Optional(PersonRecord.properties.name),
  },
  { additionalProperties: false },
);
const PersonList = Type.Object({
  people: Type.Array(PersonRecord),
  next: NextName,
});

/** `/v1/admin/tenants/{tenant}/people`: who signed in, what they are, and who may not any more. */
export function addPeopleRoutes(app: App, deps: AdminRoutesDeps): void {
  const url = "/v1/admin/tenants/:tenant/people";
  const listed = {
    operationId: "listPeople",
    tags: ADMIN_TAGS,
    summary: "List the people of a tenant",
    params: OneTenant,
    querystring: AdminPage,
    response: { 200: PersonList, ...ADMIN_ERRORS },
  };
  app.get(url, { schema: listed, ...ADMINS }, async ({ params, query }) => {
    const people = await recordsOf(deps).store.people({ tenant: tenantOfRoute(params), ...query });
    const names = people.map(({ person }) => person);
    return { people, next: nextNameOf(names, query.limit) };
  });

  const put = {
    operationId: "putPerson",
    tags: ADMIN_TAGS,
    summary: "Give a person a role, suspend them, or let them in again",
    params: OnePerson,
    body: PersonBody,
    response: { 200: PersonRecord, ...ADMIN_ERRORS },
  };
  app.put(`${url}/:person`, { schema: put, ...ADMINS }, async (request) => {
    const { store, directory } = recordsOf(deps);
    const tenant = tenantOfRoute(request.params);
    const { person } = request.params;
    const { role, state = "active", name } = request.body;
    if ((await store.tenant(tenant)) === undefined) throw noSuch("tenant");
    const known = await store.person({ tenant, person });
    const given = { tenant, person, role, state, name: name ?? known?.name ?? "" };
    const record = await store.putPerson(given, actOf(request, deps.now));
    await directory.refresh();
    return record;
  });
}
