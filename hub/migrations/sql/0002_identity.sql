create schema identity;

create table identity.agency (
    code text primary key,
    name text not null,
    level text not null check (level in ('ministry', 'province', 'district', 'commune')),
    parent_code text not null default '',
    address text not null default '',
    phone text not null default ''
);

create table identity.unit (
    id uuid primary key,
    agency_code text not null references identity.agency,
    name text not null,
    one_stop boolean not null default false,
    unique (agency_code, name)
);

create table identity.account (
    id uuid primary key,
    kind text not null check (kind in ('citizen', 'officer')),
    login text not null unique check (login = lower(login)),
    password_hash text not null,
    must_change_password boolean not null default false,
    created_at timestamptz not null,
    disabled_at timestamptz
);

-- `declared_at`: when the person took responsibility for the data, the password and the vault (ACC-08).
create table identity.citizen (
    id uuid primary key references identity.account,
    id_number text not null unique check (id_number ~ '^[0-9]{12}$'),
    name text not null,
    phone text not null,
    email text not null,
    address text not null,
    declared_at timestamptz not null,
    tech_id text not null default '',
    verified_at timestamptz
);

create table identity.officer (
    id uuid primary key references identity.account,
    name text not null,
    title text not null,
    unit_id uuid not null references identity.unit
);
create index officer_unit on identity.officer (unit_id);

create table identity.officer_role (
    officer_id uuid not null references identity.officer,
    role text not null check (role in ('counter', 'specialist', 'leader', 'clerk', 'head', 'operator')),
    primary key (officer_id, role)
);

-- Agencies beyond the officer's own for which they act: counter staff belong to one agency and sit at the centre.
create table identity.officer_scope (
    officer_id uuid not null references identity.officer,
    agency_code text not null references identity.agency,
    primary key (officer_id, agency_code)
);

create table identity.machine (
    id uuid primary key,
    name text not null unique,
    key_hash bytea not null unique,
    agency_code text not null default '',
    created_at timestamptz not null,
    revoked_at timestamptz
);

create table identity.session (
    token_hash bytea primary key,
    account_id uuid not null references identity.account,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_account on identity.session (account_id);
create index session_expires on identity.session (expires_at);

-- Failed log-ins. `key` is a hash of what was typed: people type passwords into the login field.
create table identity.throttle (
    key bytea primary key,
    failures integer not null,
    failed_at timestamptz not null,
    locked_until timestamptz
);

create table identity.mandate (
    id uuid primary key,
    owner_id uuid not null references identity.citizen,
    representative_id uuid not null references identity.citizen,
    procedure_code text not null default '',
    basis text not null,
    evidence_id uuid,
    valid_from timestamptz not null,
    valid_until timestamptz not null check (valid_until > valid_from),
    recorded_by text not null,
    revoked_at timestamptz,
    check (owner_id <> representative_id)
);
create index mandate_representative on identity.mandate (representative_id, owner_id);

create view identity.principal as
select a.id, a.kind, a.login, a.must_change_password, a.disabled_at,
       coalesce(c.name, o.name) as name,
       array(select role from identity.officer_role r where r.officer_id = a.id) as roles,
       array(select agency_code from identity.officer_scope s where s.officer_id = a.id) as scopes,
       coalesce(u.agency_code, '') as agency_code, u.id as unit_id, coalesce(u.name, '') as unit_name
from identity.account a
left join identity.citizen c on c.id = a.id
left join identity.officer o on o.id = a.id
left join identity.unit u on u.id = o.unit_id;
