-- Every stored document keeps its signature reports: one row for each verdict that differs from the one before.
create table vault.report (
    entry_id uuid not null references vault.entry on delete cascade,
    number integer not null check (number >= 1),
    occasion text not null check (occasion in ('upload', 'voucher', 'release', 'sealing', 'again', 'renewal')),
    at timestamptz not null,
    indication text not null,
    sub_indication text not null,
    trust text not null,
    body jsonb not null,
    primary key (entry_id, number)
);
create trigger report_append_only before update on vault.report
    for each row execute function kernel.refuse_change();
-- A draft's reports go with the draft, and never alone.
create trigger report_kept before delete on vault.report
    for each row when (pg_trigger_depth() = 0) execute function kernel.refuse_change();

-- The newest verdict of each document and what it rests on: certificates by SHA-256 and by `issuer/serial`, CRLs and
-- OCSP answers by SHA-256, and `no-path` or `issuer?` while an undecided one waits for news.
create table vault.verdict (
    entry_id uuid primary key references vault.entry on delete cascade,
    number integer not null,
    checked_at timestamptz not null,
    policy text not null,
    indication text not null,
    sub_indication text not null,
    sentence_vi text not null,
    sentence_en text not null,
    signers text[] not null,
    trust text not null,
    depends text[] not null
);
create index verdict_depends on vault.verdict using gin (depends);

create schema portfolio;

-- One row, told apart by nothing: `version` grows with every change of what we believe, `lists_version` with lists.
create table portfolio.trust_state (
    one boolean primary key default true check (one),
    version bigint not null,
    lists_version bigint not null
);
insert into portfolio.trust_state values (true, 0, 0);

-- Trust lists with their content pinned by `sha256`. Proposed by one person, it counts when another approves it.
create table portfolio.trust_list (
    id uuid primary key,
    name text not null,
    version text not null,
    source text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    anchors bytea[] not null,
    intermediates bytea[] not null,
    state text not null check (state in ('proposed', 'trusted', 'replaced', 'withdrawn')),
    proposed_by text not null,
    proposed_by_name text not null,
    proposed_at timestamptz not null,
    approved_by text,
    approved_by_name text,
    approved_at timestamptz,
    ended_by_name text,
    ended_at timestamptz,
    ended_because text not null default '',
    check (state <> 'trusted' or (approved_by is not null and approved_by <> proposed_by))
);
create unique index trust_list_trusted on portfolio.trust_list (name) where state = 'trusted';
create unique index trust_list_proposed on portfolio.trust_list (name) where state = 'proposed';

-- CRLs and OCSP answers that were taken over, in the order in which every process imports them.
create table portfolio.revocation (
    seq bigint generated always as identity primary key,
    kind text not null check (kind in ('crl', 'ocsp')),
    sha256 text not null unique,
    issuer_sha256 text not null,
    issuer text not null,
    number numeric,
    this_update timestamptz not null,
    next_update timestamptz,
    entries integer not null,
    der bytea not null,
    imported_at timestamptz not null,
    imported_by text not null
);
create index revocation_issuer on portfolio.revocation (issuer_sha256, seq);
create trigger revocation_append_only before update or delete on portfolio.revocation
    for each row execute function kernel.refuse_change();

-- One round of verifying again what a change concerns.
create table portfolio.run (
    id uuid primary key,
    cause text not null check (cause in ('crl', 'ocsp', 'list-trusted', 'list-withdrawn')),
    subject text not null,
    keys text[] not null,
    total integer not null,
    begun_by text not null,
    begun_at timestamptz not null,
    ended_at timestamptz
);
create index run_open on portfolio.run (begun_at) where ended_at is null;
create trigger run_wake after insert on portfolio.run for each statement execute function kernel.wake('portfolio');

-- A document to verify again. Whoever takes it has it until `taken_until`; a worker that dies lets it lapse.
create table portfolio.task (
    run_id uuid not null references portfolio.run,
    entry_id uuid not null,
    taken_until timestamptz,
    attempts integer not null default 0,
    done_at timestamptz,
    outcome text check (outcome in ('same', 'changed', 'missing', 'failed')),
    primary key (run_id, entry_id)
);
create index task_open on portfolio.task (run_id, entry_id) where done_at is null;

-- A verdict that changed, why, and who was told.
create table portfolio.change (
    id uuid primary key,
    run_id uuid not null references portfolio.run,
    entry_id uuid not null,
    report_number integer not null,
    document text not null,
    kind text not null,
    owner_id uuid not null,
    dossier_id uuid,
    agency_code text not null,
    from_indication text not null,
    from_sub_indication text not null,
    to_indication text not null,
    to_sub_indication text not null,
    at timestamptz not null,
    told integer not null,
    unique (entry_id, report_number)
);
create index change_at on portfolio.change (at desc, id desc);
create index change_run on portfolio.change (run_id, agency_code);
create trigger change_append_only before update or delete on portfolio.change
    for each row execute function kernel.refuse_change();

-- A stranger's file and its report, both deleted at `ends_at`. Whoever has the token (kept as its hash) may see it;
-- content and password are sealed under a key of the installation and `salt`, and go as soon as the report is there.
create table portfolio.verification (
    token_hash bytea primary key,
    state text not null check (state in ('queued', 'running', 'done')),
    name text not null,
    size bigint not null check (size > 0),
    salt bytea not null,
    password bytea,
    detached boolean not null,
    asked_at timestamptz not null,
    taken_until timestamptz,
    attempts integer not null default 0,
    done_at timestamptz,
    ends_at timestamptz not null,
    report jsonb,
    check ((state = 'done') = (report is not null))
);
create index verification_open on portfolio.verification (asked_at) where state <> 'done';
create index verification_ends on portfolio.verification (ends_at);
create trigger verification_wake after insert on portfolio.verification
    for each statement execute function kernel.wake('portfolio');

-- The sealed file in pieces, so that neither end ever holds all of it.
create table portfolio.verification_piece (
    token_hash bytea not null references portfolio.verification on delete cascade,
    part text not null check (part in ('file', 'beside')),
    number integer not null,
    body bytea not null,
    primary key (token_hash, part, number)
);

-- Seals of units (whose signature counts for their results), beside those of the province's profile. Two persons.
create table result.seal (
    id uuid primary key,
    unit_code text not null,
    certificate_sha256 text not null default '',
    subject text not null default '',
    organisation text not null default '',
    issuer text not null default '',
    valid_from date not null,
    valid_until date,
    basis text not null,
    state text not null check (state in ('proposed', 'registered', 'ended')),
    proposed_by text not null,
    proposed_by_name text not null,
    proposed_at timestamptz not null,
    approved_by text,
    approved_by_name text,
    approved_at timestamptz,
    ended_by_name text,
    ended_at timestamptz,
    check (certificate_sha256 <> '' or (issuer <> '' and (subject <> '' or organisation <> ''))),
    check (state <> 'registered' or (approved_by is not null and approved_by <> proposed_by))
);
create index seal_unit on result.seal (unit_code) where state = 'registered';
