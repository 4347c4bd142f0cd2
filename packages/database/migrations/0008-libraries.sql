-- Where tenants' libraries live, the files of those that live here, and who may write one.

create table library_places (
  tenant text primary key check (tenant ~ '^[a-z0-9-]{1,32}$'),
  place jsonb not null,
  -- Where it is on its way to, and whether what is there is to be taken.
  wanted jsonb,
  -- Why it is not there.
  problem text,
  -- Rises with every change of these: whoever holds the library looks again.
  revision bigint not null,
  -- Rises when somebody says that something changed where the library lives.
  looks bigint not null default 0,
  looked_at timestamptz,
  -- What a Git server signs with. It is good for having a look taken, and for nothing else.
  hook_secret text not null
);
--> statement
create table library_files (
  tenant text not null,
  -- Below `.ai`.
  path text not null,
  -- Of an item; null of what lies beside one.
  item_type text check (item_type in ('directive', 'script', 'knowledge')),
  -- Null for one that was deleted.
  content text,
  sha256 text,
  -- That of the library which the file came with.
  version bigint not null,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (tenant, path)
);
--> statement
create index library_files_by_version on library_files (tenant, version);
--> statement
-- One row a library: whoever writes it holds this row until they are done.
create table library_heads (
  tenant text primary key,
  version bigint not null,
  files bigint not null,
  bytes bigint not null
);
--> statement
-- Who may write a library until when. The token rises with every holder: a write brings it along.
create table library_leases (
  tenant text primary key,
  holder text not null,
  token bigint not null,
  expires_at timestamptz not null
);
