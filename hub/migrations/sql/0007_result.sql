create schema result;

create table result.number (
    dossier_id uuid primary key,
    last integer not null
);

-- One result of a dossier, released only after its signature was verified. `token` opens its public page.
create table result.result (
    id uuid primary key,
    dossier_id uuid not null,
    dossier_code text not null,
    code text not null unique,
    owner_id uuid not null,
    name text not null,
    entry_id uuid not null unique,
    sha256 text not null,
    token text not null unique,
    status text not null check (status in ('issued', 'superseded', 'revoked')),
    version integer not null,
    signer text not null,
    organisation text not null,
    issuer text not null,
    signed_at timestamptz,
    verdict_vi text not null,
    verdict_en text not null,
    report jsonb not null,
    received_at timestamptz not null,
    updated_at timestamptz not null,
    replaced_by uuid references result.result,
    unique (dossier_id, sha256)
);
create index result_owner on result.result (owner_id, received_at);
create index result_issuer on result.result (issuer);

create table result.result_log (
    entity_id uuid not null references result.result,
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
create trigger result_log_append_only before update or delete on result.result_log
    for each row execute function kernel.refuse_change();
create trigger result_logged after insert or update on result.result
    for each row execute function kernel.require_status_log('result.result_log');
create trigger result_kept before delete on result.result
    for each row execute function kernel.refuse_change();
