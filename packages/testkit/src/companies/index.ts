export { createGitOrigin, type GitOrigin } from "./git-origin.ts";
export { type IdentityProvider, startIdentityProvider } from "./identity-provider.ts";
