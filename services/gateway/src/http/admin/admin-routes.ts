import type { App } from "../create-app.ts";
import { addDeletionRoutes } from "./deletion-routes.ts";
import { addKeysRoutes } from "./keys-routes.ts";
import { addLibraryRoutes, type LibraryRoutesDeps } from "./library-routes.ts";
import { addPeopleRoutes } from "./people-routes.ts";
import { addSecretsRoutes, type SecretsRoutesDeps } from "./secrets-routes.ts";
import { addTenantsRoutes } from "./tenants-routes.ts";
import { addUsageRoutes } from "./usage-routes.ts";

/** `/v1/admin`: tenants, their keys and people, what they took and what was done to them, and the secrets of their scripts. */
export function addAdminRoutes(app: App, deps: SecretsRoutesDeps & LibraryRoutesDeps): void {
  addTenantsRoutes(app, deps);
  addDeletionRoutes(app, deps);
  addKeysRoutes(app, deps);
  addPeopleRoutes(app, deps);
  addUsageRoutes(app, deps);
  addSecretsRoutes(app, deps);
  addLibraryRoutes(app, deps);
}
