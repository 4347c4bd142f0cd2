-- What is a tenant's is seen and changed by nobody who works for another one: whoever does a tenant's
-- work is, for that transaction, a role that Postgres shows this tenant's rows alone.
--
-- The role is made where that is allowed; where it is not, an administrator makes it once
-- (`create role lilux_tenant nologin; grant lilux_tenant to <user>`), and the next start takes it over.
-- Until then the tables' owner is held to the tenant it named, by the same rule.

create function lilux_keep_tenants_apart() returns void language plpgsql as $$
declare
  found record;
  has_role boolean;
  named constant text := 'current_setting(''lilux.tenant'', true)';
  -- Whoever named no tenant does what is nobody's: migrations, administration, backups.
  as_named constant text :=
    'current_user <> ''lilux_tenant'' and coalesce(nullif(current_setting(''lilux.tenant'', true), ''''), tenant) = tenant';
begin
  if not exists (select from pg_roles where rolname = 'lilux_tenant') then
    begin
      execute 'create role lilux_tenant nologin';
    exception when insufficient_privilege or duplicate_object or unique_violation then
      null;
    end;
  end if;
  has_role := exists (select from pg_roles where rolname = 'lilux_tenant');
  if has_role and not pg_has_role(current_user, 'lilux_tenant', 'member') then
    begin
      execute format('grant lilux_tenant to %I', current_user);
    exception when insufficient_privilege then
      has_role := false;
    end;
  end if;
  if has_role and not has_schema_privilege('lilux_tenant', current_schema(), 'usage') then
    execute format('grant usage on schema %I to lilux_tenant', current_schema());
  end if;
  -- Every table with the column, so that one of a later migration is covered by itself.
  for found in
    select c.oid, c.relname
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
  loop
    -- Looked at first: a start that finds all done writes nothing.
    if has_role and not exists (
      select from pg_policy where polrelid = found.oid and polname = 'lilux_tenant_alone')
    then
      execute format('grant select, insert, update, delete on %I to lilux_tenant', found.relname);
      execute format(
        'create policy lilux_tenant_alone on %I to lilux_tenant using (tenant = %s) with check (tenant = %s)',
        found.relname, named, named);
    end if;
    if not exists (
      select from pg_policy where polrelid = found.oid and polname = 'lilux_everybody_else')
    then
      execute format(
        'create policy lilux_everybody_else on %I using (%s) with check (%s)',
        found.relname, as_named, as_named);
      execute format('alter table %I enable row level security', found.relname);
      execute format('alter table %I force row level security', found.relname);
    end if;
  end loop;
end
$$;
