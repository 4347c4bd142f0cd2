-- Secrets of tenants' scripts. Nothing here can be read without the master key, which no database has.

create table tenant_data_keys (
  tenant text primary key check (tenant ~ '^[a-z0-9-]{1,32}$'),
  -- Which master key it is wrapped with, and what that made of it.
  master_key text not null,
  wrapped text not null,
  created_at timestamptz not null
);
--> statement
create table tenant_secrets (
  tenant text not null references tenant_data_keys (tenant),
  name text not null,
  version bigint not null,
  sealed text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (tenant, name)
);
