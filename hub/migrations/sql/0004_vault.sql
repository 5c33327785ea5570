create schema vault;

-- One version of one document; `document_id` is the same for all versions, `version` counts them.
create table vault.entry (
    id uuid primary key,
    document_id uuid not null,
    version integer not null check (version >= 1),
    owner_id uuid not null,
    dossier_id uuid,
    kind text not null check (kind in ('component', 'result', 'voucher', 'receipt', 'conversion')),
    name text not null,
    media_type text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint not null check (size > 0),
    retention text not null check (retention in ('draft', 'dossier', 'permanent')),
    stored_at timestamptz not null,
    stored_by text not null,
    unique (document_id, version)
);
create index entry_owner on vault.entry (owner_id, stored_at);
create index entry_dossier on vault.entry (dossier_id) where dossier_id is not null;
create index entry_sha256 on vault.entry (sha256);

create trigger entry_unchangeable before update on vault.entry
    for each row execute function kernel.refuse_change();
create trigger entry_kept before delete on vault.entry
    for each row when (old.retention <> 'draft') execute function kernel.refuse_change();

-- Who saw whose data, when and what for.
create table vault.access (
    id uuid primary key,
    at timestamptz not null,
    owner_id uuid not null,
    dossier_id uuid,
    entry_id uuid,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    actor_unit text not null,
    what text not null,
    purpose text not null
);
create index access_owner on vault.access (owner_id, at);
create index access_dossier on vault.access (dossier_id, at) where dossier_id is not null;
create trigger access_append_only before update or delete on vault.access
    for each row execute function kernel.refuse_change();

create table vault.conversion_number (
    year integer primary key,
    last integer not null
);

-- A conversion to paper: which content, by whom, when; `token` opens the public page that checks the copy.
create table vault.conversion (
    id uuid primary key,
    number text not null unique,
    token text not null unique,
    entry_id uuid not null references vault.entry,
    paper_id uuid references vault.entry,
    sha256 text not null,
    converted_at timestamptz not null,
    converted_by text not null,
    unit text not null
);
create index conversion_entry on vault.conversion (entry_id);
create trigger conversion_append_only before update or delete on vault.conversion
    for each row execute function kernel.refuse_change();
