create schema dossier;

create table dossier.draft (
    id uuid primary key,
    owner_id uuid not null,
    procedure_code text not null,
    procedure_version integer not null,
    form jsonb not null default '{}',
    files jsonb not null default '{}',
    return_way text not null default '',
    return_address jsonb,
    dossier_id uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index draft_owner on dossier.draft (owner_id, updated_at desc) where dossier_id is null;

create table dossier.dossier (
    id uuid primary key,
    reference text not null unique,
    code text unique,
    status smallint not null check (status between 1 and 10),
    version integer not null,
    procedure_code text not null,
    procedure_version integer not null,
    procedure_name text not null,
    field_code text not null,
    field_name text not null,
    channel text not null,
    return_way text not null,
    return_address jsonb,
    owner_id uuid not null,
    applicant jsonb not null,
    form jsonb not null,
    summary text not null,
    agency_code text not null,
    agency_name text not null,
    unit_id text not null,
    unit_name text not null,
    connector text not null default '',
    receiver_id text not null default '',
    receiver_name text not null default '',
    receipt_entry uuid,
    submitted_at timestamptz not null,
    ack_due_at timestamptz not null,
    received_at timestamptz,
    due_at timestamptz,
    refused_at timestamptz,
    resolved_at timestamptz,
    returned_at timestamptz,
    updated_at timestamptz not null
);
create index dossier_owner on dossier.dossier (owner_id, submitted_at desc);
create index dossier_queue on dossier.dossier (agency_code, status, coalesce(due_at, ack_due_at));
create index dossier_no_receipt on dossier.dossier (received_at) where receipt_entry is null and received_at is not null;

create table dossier.log (
    entity_id uuid not null,
    version integer not null,
    source smallint not null,
    target smallint not null,
    trigger text not null,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    unit text not null,
    cause text not null,
    at timestamptz not null,
    logged_at timestamptz not null,
    due_at timestamptz,
    primary key (entity_id, version)
);
create trigger log_append_only before update or delete on dossier.log
    for each row execute function kernel.refuse_change();
create trigger dossier_logged after insert or update on dossier.dossier
    for each row execute function kernel.require_status_log('dossier.log');

create table dossier.component (
    id uuid primary key,
    dossier_id uuid not null references dossier.dossier,
    spec_code text not null,
    name text not null,
    originals smallint not null,
    copies smallint not null,
    entry_id uuid not null,
    file_name text not null,
    media_type text not null,
    size bigint not null,
    sha256 text not null,
    added_at timestamptz not null,
    supplement smallint not null default 0
);
create index component_dossier on dossier.component (dossier_id, added_at);

create table dossier.supplement (
    id uuid primary key,
    dossier_id uuid not null references dossier.dossier,
    number smallint not null,
    requested_by text not null,
    unit text not null,
    reason text not null,
    papers jsonb not null,
    requested_at timestamptz not null,
    due_before timestamptz,
    answered_at timestamptz,
    answer text not null default '',
    due_after timestamptz,
    unique (dossier_id, number)
);

create table dossier.number (
    agency_code text not null,
    day date not null,
    last integer not null,
    primary key (agency_code, day)
);
