-- Tenants of a server that sells seats: who they are, their keys and people, what was done to them and
-- what they took. A server with a file of keys, or none, has nothing of this.

create table tenants (
  tenant text primary key check (tenant ~ '^[a-z0-9-]{1,32}$'),
  state text not null check (state in ('active', 'suspended', 'deleting', 'deleted')),
  plan text not null,
  limits jsonb not null,
  settings jsonb not null,
  sign_in jsonb,
  created_at timestamptz not null
);
--> statement
create index tenants_by_issuer on tenants ((sign_in ->> 'issuer'));
--> statement
create table tenant_keys (
  key_id text primary key,
  tenant text not null references tenants (tenant),
  name text not null,
  secret_sha256 text not null,
  scopes text[] not null,
  person text,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
--> statement
create index tenant_keys_by_tenant on tenant_keys (tenant, created_at);
--> statement
create table tenant_people (
  tenant text not null references tenants (tenant),
  person text not null,
  name text not null,
  role text not null check (role in ('viewer', 'member', 'author', 'approver', 'admin')),
  state text not null check (state in ('active', 'suspended')),
  created_at timestamptz not null,
  primary key (tenant, person)
);
--> statement
-- Outlives its tenant: it is the record that the tenant was deleted.
create table tenant_records (
  tenant text not null,
  position bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text not null,
  detail jsonb not null,
  previous text not null,
  hash text not null,
  primary key (tenant, position)
);
--> statement
-- Turns that were counted, so that one that is told twice counts once.
create table tenant_turns (
  tenant text not null,
  session_id text not null,
  turn_id text not null,
  at timestamptz not null,
  primary key (tenant, session_id, turn_id)
);
--> statement
create index tenant_turns_by_age on tenant_turns (at);
--> statement
create table tenant_usage (
  tenant text not null,
  day date not null,
  person text not null,
  turns bigint not null,
  calls bigint not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  primary key (tenant, day, person)
);
--> statement
-- Rises with every change of what lets somebody in or bounds them. Gateways look at it, and at nothing else, every second.
create table tenants_revision (
  one boolean primary key default true check (one),
  revision bigint not null
);
