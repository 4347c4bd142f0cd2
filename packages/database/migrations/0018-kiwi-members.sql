-- Which tool cores share the tenants' libraries, and where each is called. One that is not heard of until
-- then is gone. No tenant's.
create table kiwi_members (
  member text primary key,
  address text not null,
  expires_at timestamptz not null
);
