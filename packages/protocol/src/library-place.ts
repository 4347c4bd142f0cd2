import { type Static, Type } from "typebox";
import type { OfTenant } from "./tenant.ts";
import { TextEnum } from "./text-enum.ts";

/** Names a file below the tenant's folder of secrets. The secret itself is in no request, record or answer. */
const SecretName = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
  description: "The name of a secret that the operator keeps for the tenant; never the secret.",
});

/** How a Git server is told who asks. */
const GitSignIn = Type.Union([
  Type.Object(
    {
      kind: Type.Literal("token", { description: "A token, over https." }),
      secret: SecretName,
      user: Type.Optional(
        Type.String({
          pattern: "^[A-Za-z0-9._-]{1,64}$",
          description: "What goes with the token; `git` where the server does not mind.",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal("key", { description: "A deploy key, over ssh." }),
      secret: SecretName,
      knownHosts: Type.String({
        minLength: 1,
        maxLength: 8_192,
        description: "The server's host keys, as ssh-keyscan prints them.",
      }),
    },
    { additionalProperties: false },
  ),
]);
const GitPlaceGiven = Type.Object(
  {
    kind: Type.Literal("git"),
    url: Type.String({ minLength: 8, maxLength: 1_024 }),
    branch: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$",
      default: "main",
    }),
    signIn: Type.Optional(GitSignIn),
  },
  { additionalProperties: false },
);
/** Where a tenant's library lives. */
export const LibraryPlace = Type.Union([
  Type.Object({ kind: Type.Literal("folder") }, { additionalProperties: false }),
  GitPlaceGiven,
  Type.Object({ kind: Type.Literal("database") }, { additionalProperties: false }),
]);
export type LibraryPlace = Static<typeof LibraryPlace>;

/** Where a library is to go, and whether what is there already is to be taken. */
export const LibraryTarget = Type.Object({ place: LibraryPlace, adopt: Type.Boolean() });
export type LibraryTarget = Static<typeof LibraryTarget>;

const LibraryState = TextEnum(["ready", "moving", "refused", "troubled"]);

/** Where a library lives, where it is on its way to, and what is wrong. */
export const LibraryRecord = Type.Object({
  place: LibraryPlace,
  state: LibraryState,
  wanted: Type.Optional(LibraryPlace),
  problem: Type.Optional(
    Type.String({ description: "Why it is not where it was to go, or not what is there now." }),
  ),
  revision: Type.Optional(
    Type.String({ description: "What is read: a commit, or the number of a change." }),
  ),
  items: Type.Optional(Type.Integer()),
  hookSecret: Type.Optional(
    Type.String({
      description: "With which a Git server signs that something was pushed.",
    }),
  ),
});
export type LibraryRecord = Static<typeof LibraryRecord>;

/** What is asked of a tenant's library as such, beside its items. */
export const LibraryRequest = Type.Object({
  tenant: Type.String(),
  ask: Type.Union([
    Type.Object({ kind: Type.Literal("show") }),
    Type.Object({
      kind: Type.Literal("move"),
      place: LibraryPlace,
      /** Take what is there, also where it is not what the library says now. */
      adopt: Type.Optional(Type.Boolean()),
    }),
    /** A Git server says that something was pushed: what it sent, and what vouches for it. */
    Type.Object({
      kind: Type.Literal("pushed"),
      body: Type.String({ maxLength: 1_398_104, description: "base64" }),
      signature: Type.Optional(Type.String({ maxLength: 256 })),
      token: Type.Optional(Type.String({ maxLength: 256 })),
    }),
  ]),
});
export type LibraryRequest = OfTenant<Static<typeof LibraryRequest>>;
