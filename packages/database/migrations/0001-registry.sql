-- The registry: who may sign for a namespace, what items there are, and their versions.
-- A namespace is a tenant. Nothing here is trusted by a reader: it checks hash and signature.

create table registry_keys (
  namespace text not null,
  key_id text not null,
  public_key text not null,
  created_at timestamptz not null,
  primary key (namespace, key_id)
);
--> statement
create table registry_items (
  namespace text not null,
  item_type text not null,
  qualified_id text not null,
  item_id text not null,
  visibility text not null check (visibility in ('private', 'unlisted', 'public')),
  name text not null,
  description text not null,
  category text not null,
  tags text[] not null,
  latest_version text not null,
  search_words tsvector not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (namespace, item_type, qualified_id)
);
--> statement
create index registry_items_by_id on registry_items (namespace, item_type, item_id);
--> statement
create index registry_items_by_words on registry_items using gin (search_words);
--> statement
create table registry_versions (
  namespace text not null,
  item_type text not null,
  qualified_id text not null,
  version text not null,
  content text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  changelog text not null,
  publisher text not null,
  published_at timestamptz not null,
  key_id text,
  signature text,
  yanked_at timestamptz,
  yank_reason text,
  primary key (namespace, item_type, qualified_id, version),
  foreign key (namespace, item_type, qualified_id)
    references registry_items (namespace, item_type, qualified_id)
);
--> statement
-- A version, once published, never changes; only its yank may be set and taken back.
create function registry_version_is_immutable() returns trigger language plpgsql as $$
begin
  if (new.namespace, new.item_type, new.qualified_id, new.version, new.content, new.sha256,
      new.changelog, new.publisher, new.published_at, new.key_id, new.signature)
    is distinct from
     (old.namespace, old.item_type, old.qualified_id, old.version, old.content, old.sha256,
      old.changelog, old.publisher, old.published_at, old.key_id, old.signature)
  then
    raise exception 'a published version never changes';
  end if;
  return new;
end
$$;
--> statement
create trigger registry_versions_immutable before update on registry_versions
  for each row execute function registry_version_is_immutable();
