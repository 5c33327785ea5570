create schema sealing;

-- A person's (or an agency's) certificate at a remote signing service; the private key never leaves the service.
create table sealing.credential (
    id uuid primary key,
    officer_id uuid not null,
    agency_code text not null,
    holder text not null,
    service text not null check (service in ('smartca', 'csc1', 'csc2')),
    account text not null,
    active boolean not null default true,
    added_at timestamptz not null,
    added_by text not null,
    unique (officer_id, service, account)
);

-- A document that waits for somebody's signature. `transaction` is the service's idempotency key: one request, one
-- signature. `prepared` names the stored document that only lacks its value; `remote` is what the adapter remembers.
create table sealing.request (
    id uuid primary key,
    transaction text not null unique,
    document_id uuid not null,
    entry_id uuid not null,
    dossier_id uuid,
    title text not null,
    face text not null check (face in ('leader', 'agency', 'officer', 'number', 'date')),
    words text not null,
    credential_id uuid not null references sealing.credential,
    officer_id uuid not null,
    holder text not null,
    asked_by_id text not null,
    asked_by text not null,
    status text not null
        check (status in ('asked', 'prepared', 'waiting', 'signed', 'declined', 'expired', 'failed', 'cancelled')),
    version integer not null,
    asked_at timestamptz not null,
    until timestamptz not null,
    updated_at timestamptz not null,
    prepared text not null default '',
    signer text not null default '',
    remote bytea,
    trouble text not null default '',
    polls integer not null default 0,
    next_poll_at timestamptz not null,
    signed_entry uuid,
    ended_at timestamptz,
    cause text not null default '',
    previous_id uuid references sealing.request
);
create unique index request_open on sealing.request (document_id) where status in ('asked', 'prepared', 'waiting');
create unique index request_again on sealing.request (previous_id) where previous_id is not null;
create index request_due on sealing.request (next_poll_at) where status in ('asked', 'prepared', 'waiting');
create index request_officer on sealing.request (officer_id, asked_at);
create index request_asker on sealing.request (asked_by_id, asked_at);
create index request_dossier on sealing.request (dossier_id) where dossier_id is not null;

create table sealing.request_log (
    entity_id uuid not null references sealing.request,
    version integer not null,
    source text not null,
    target text not null,
    trigger text not null,
    cause text not null,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    at timestamptz not null,
    logged_at timestamptz not null,
    primary key (entity_id, version)
);
create trigger request_log_append_only before update or delete on sealing.request_log
    for each row execute function kernel.refuse_change();
create trigger request_logged after insert or update on sealing.request
    for each row execute function kernel.require_status_log('sealing.request_log');
create trigger request_kept before delete on sealing.request
    for each row execute function kernel.refuse_change();

create table sealing.copy_number (
    kind text not null,
    year integer not null,
    last integer not null,
    primary key (kind, year)
);

-- An electronic copy that we answer for: of a paper result (digitised) or of an electronic original (extract).
-- `source_sha256` is the scan's or the original's; `token` opens the public page that checks the copy.
create table sealing.copy (
    id uuid primary key,
    kind text not null check (kind in ('digitised', 'extract')),
    code text not null unique,
    token text not null unique,
    entry_id uuid not null unique,
    sha256 text not null,
    owner_id uuid not null,
    dossier_id uuid,
    original_code text not null,
    source_sha256 text not null,
    name text not null,
    symbol text not null,
    issued_on date,
    authority text not null,
    signer text not null,
    pages integer not null check (pages > 0),
    dpi integer,
    made_at timestamptz not null,
    made_by_id text not null,
    made_by text not null,
    unit text not null
);
create index copy_sha256 on sealing.copy (sha256);
create index copy_owner on sealing.copy (owner_id, made_at);
create index copy_maker on sealing.copy (made_by_id, made_at);
create trigger copy_append_only before update or delete on sealing.copy
    for each row execute function kernel.refuse_change();
