import type { OperationText } from "./openapi-text.ts";

/** Those of `/v1/admin`, by method and path. */
export const ADMIN_OPERATIONS: Readonly<Record<string, OperationText>> = {
  "POST /v1/admin/tenants": {
    operationId: "createTenant",
    tag: "Admin",
    description: "Creates a tenant. Its name never changes, and is never given twice.",
    answer: "The tenant.",
  },
  "GET /v1/admin/tenants": {
    operationId: "listTenants",
    tag: "Admin",
    description: "Lists tenants by name.",
    answer: "A page of tenants.",
  },
  "GET /v1/admin/tenants/{tenant}": {
    operationId: "showTenant",
    tag: "Admin",
    description: "Shows a tenant: its state, plan, limits, settings and where its people sign in.",
    answer: "The tenant.",
  },
  "PATCH /v1/admin/tenants/{tenant}": {
    operationId: "changeTenant",
    tag: "Admin",
    description:
      "Suspends a tenant, lets it in again, or changes its plan, limits, settings and sign-in; what is not named stays.",
    answer: "The tenant as it is now.",
  },
  "PATCH /v1/admin/tenants/{tenant}/settings": {
    operationId: "changeTenantSettings",
    tag: "Admin",
    description:
      "Changes the settings that are named and leaves the others as they are; null takes one back. They count within seconds, without a restart. What is no setting, or no value of one, is refused by its name and changes nothing; so is a pool or a model that no server has.",
    answer: "The tenant as it is now.",
  },
  "DELETE /v1/admin/tenants/{tenant}": {
    operationId: "deleteTenant",
    tag: "Admin",
    description:
      "Deletes a tenant and everything that is its own, for good: its exact name in `confirm`. It is begun and goes on by itself until nothing is found any more, across restarts; the report says how far it is.",
    answer: "It is begun, and what was deleted so far.",
  },
  "GET /v1/admin/tenants/{tenant}/deletion": {
    operationId: "showDeletion",
    tag: "Admin",
    description:
      "Says what became of everything of a tenant that was, or is being, deleted: what was removed, what was kept and why, and what did not answer and is asked again.",
    answer: "The report.",
  },
  "POST /v1/admin/tenants/{tenant}/keys": {
    operationId: "createKey",
    tag: "Admin",
    description: "Makes a key. It is shown this once and not kept.",
    answer: "The key and its record.",
  },
  "GET /v1/admin/tenants/{tenant}/keys": {
    operationId: "listKeys",
    tag: "Admin",
    description: "Lists the keys of a tenant, without their secrets.",
    answer: "The keys.",
  },
  "POST /v1/admin/tenants/{tenant}/keys/{keyId}/rotate": {
    operationId: "rotateKey",
    tag: "Admin",
    description: "Makes the key that follows another; both are good until the overlap ends.",
    answer: "The new key and its record.",
  },
  "DELETE /v1/admin/tenants/{tenant}/keys/{keyId}": {
    operationId: "revokeKey",
    tag: "Admin",
    description:
      "Revokes a key: within five seconds it opens nothing at any gateway, and what it opened is closed.",
    answer: "It is revoked.",
  },
  "GET /v1/admin/tenants/{tenant}/people": {
    operationId: "listPeople",
    tag: "Admin",
    description: "Lists the people who signed in to a tenant.",
    answer: "A page of people.",
  },
  "PUT /v1/admin/tenants/{tenant}/people/{person}": {
    operationId: "putPerson",
    tag: "Admin",
    description: "Gives a person a role, suspends them, or lets them in again.",
    answer: "The person as they are now.",
  },
  "GET /v1/admin/tenants/{tenant}/library": {
    operationId: "showLibrary",
    tag: "Admin",
    description:
      "Shows where a tenant's library lives, where it is on its way to, and what is wrong there.",
    answer: "The library's place.",
  },
  "PUT /v1/admin/tenants/{tenant}/library": {
    operationId: "moveLibrary",
    tag: "Admin",
    description:
      "Has a tenant's library brought to another place: what it says is copied there and compared, and then the place counts. Writes are refused meanwhile. Secrets are named, never sent.",
    answer: "It is on its way; `showLibrary` says when it is there.",
  },
  "GET /v1/admin/tenants/{tenant}/usage": {
    operationId: "readUsage",
    tag: "Admin",
    description: "Turns, calls and tokens of a tenant by day and person; this month unless told.",
    answer: "What was taken.",
  },
  "GET /v1/admin/tenants/{tenant}/records": {
    operationId: "exportRecords",
    tag: "Admin",
    description:
      "What was done to a tenant, oldest first, each record with the hash of the one before.",
    answer: "A page of records.",
  },
  "GET /v1/admin/tenants/{tenant}/secrets": {
    operationId: "listSecrets",
    tag: "Admin",
    description: "Lists the secrets of a tenant's scripts by name. No value is ever told.",
    answer: "The secrets, without their values.",
  },
  "PUT /v1/admin/tenants/{tenant}/secrets/{name}": {
    operationId: "setSecret",
    tag: "Admin",
    description:
      "Sets a secret, or gives it another value. A script that names it in `__secrets__` gets it as a variable for the time of its run; runs that have begun keep the value they were given.",
    answer: "What is known of the secret: its name, version and who changed it.",
  },
  "DELETE /v1/admin/tenants/{tenant}/secrets/{name}": {
    operationId: "removeSecret",
    tag: "Admin",
    description: "Removes a secret. Scripts that ask for it are refused from then on.",
    answer: "The secrets that are left.",
  },
  "POST /v1/admin/secrets/rewrap": {
    operationId: "rewrapSecrets",
    tag: "Admin",
    description:
      "Puts the data key of every tenant under the newest master key. No secret is entered again, and none is read.",
    answer: "How many data keys were wrapped anew.",
  },
};
