-- The registry of many tenants: whose a namespace is and who publishes under it, what was reported and taken
-- down, who took what, and libraries that others subscribe to.

create table registry_namespaces (
  namespace text primary key check (namespace ~ '^[a-z0-9-]{1,32}$'),
  -- Null: reserved by the operator.
  owner text,
  restricted boolean not null,
  created_at timestamptz not null
);
--> statement
create index registry_namespaces_by_owner on registry_namespaces (owner);
--> statement
-- Until now a namespace was a tenant: what is published is its namesake's.
insert into registry_namespaces (namespace, owner, restricted, created_at)
select namespace, namespace, false, min(created_at)
from (
  select namespace, created_at from registry_items
  union all
  select namespace, created_at from registry_keys
) known
group by namespace;
--> statement
create table registry_delegates (
  namespace text not null references registry_namespaces (namespace),
  -- `person:` and an id of the owner's people or keys, or `ed25519:` and somebody's signing key.
  delegate text not null,
  added_by text not null,
  added_at timestamptz not null,
  ends_at timestamptz,
  primary key (namespace, delegate)
);
--> statement
create table registry_reports (
  report_id bigint generated always as identity primary key,
  tenant text not null,
  person text not null,
  namespace text not null,
  item_type text not null,
  qualified_id text not null,
  reason text not null,
  at timestamptz not null,
  state text not null check (state in ('open', 'closed'))
);
--> statement
create index registry_reports_by_tenant on registry_reports (tenant, at);
--> statement
create index registry_reports_by_state on registry_reports (state, report_id);
--> statement
create table registry_take_downs (
  namespace text not null,
  item_type text not null,
  qualified_id text not null,
  reason text not null,
  by text not null,
  at timestamptz not null,
  primary key (namespace, item_type, qualified_id)
);
--> statement
-- Which tenant took which version: counts each tenant once, and says whom to tell. No person.
create table registry_downloads (
  namespace text not null,
  item_type text not null,
  qualified_id text not null,
  version text not null,
  tenant text not null,
  at timestamptz not null,
  primary key (namespace, item_type, qualified_id, version, tenant)
);
--> statement
create index registry_downloads_by_tenant on registry_downloads (tenant);
--> statement
create table registry_notices (
  position bigint generated always as identity primary key,
  tenant text not null,
  at timestamptz not null,
  kind text not null check (kind in ('taken_down', 'put_back', 'updated', 'update_waits')),
  target text not null,
  detail text not null
);
--> statement
create index registry_notices_by_tenant on registry_notices (tenant, position);
--> statement
-- Whose items a tenant takes; without a row, everybody's.
create table registry_publishers (
  tenant text primary key,
  publishers text[] not null
);
--> statement
create table registry_records (
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
-- What a publisher says of a version, signed with it.
alter table registry_versions
  add column license text,
  add column source_repository text,
  add column source_commit text,
  add column built_by text;
--> statement
create or replace function registry_version_is_immutable() returns trigger language plpgsql as $$
begin
  if (new.namespace, new.item_type, new.qualified_id, new.version, new.content, new.sha256,
      new.changelog, new.publisher, new.published_at, new.key_id, new.signature,
      new.license, new.source_repository, new.source_commit, new.built_by)
    is distinct from
     (old.namespace, old.item_type, old.qualified_id, old.version, old.content, old.sha256,
      old.changelog, old.publisher, old.published_at, old.key_id, old.signature,
      old.license, old.source_repository, old.source_commit, old.built_by)
  then
    raise exception 'a published version never changes';
  end if;
  return new;
end
$$;
--> statement
-- A library at a version: items of its namespace, each by version, hash and signature.
create table registry_libraries (
  namespace text not null,
  name text not null check (name ~ '^[a-z0-9-]{1,64}$'),
  version text not null,
  visibility text not null check (visibility in ('private', 'unlisted', 'public')),
  description text not null,
  changelog text not null,
  items jsonb not null,
  publisher text not null,
  published_at timestamptz not null,
  key_id text not null,
  public_key text not null,
  signature text not null,
  primary key (namespace, name, version)
);
--> statement
create function registry_library_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'a published library never changes';
end
$$;
--> statement
create trigger registry_libraries_immutable before update on registry_libraries
  for each row execute function registry_library_is_immutable();
--> statement
create table registry_subscriptions (
  tenant text not null,
  namespace text not null,
  name text not null,
  range text not null,
  -- Whether a patch that does no more than before applies by itself.
  automatic boolean not null,
  applied text,
  before text,
  created_by text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant, namespace, name)
);
--> statement
create index registry_subscriptions_by_library on registry_subscriptions (namespace, name);
