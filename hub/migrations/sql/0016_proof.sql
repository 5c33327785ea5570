create schema proof;

-- The one log of this installation: its name stands in every entry and every root.
create table proof.log (
    one boolean primary key default true check (one),
    id uuid not null,
    begun_at timestamptz not null
);

-- What happened, written in the transaction in which it happened, without a number. No person is in it: `private`
-- commits to one, and `salt` goes into the citizen's proof file only.
create table proof.fact (
    id uuid primary key,
    kind text not null,
    subject text not null,
    revision integer not null,
    at timestamptz not null,
    digests jsonb not null,
    private text not null,
    salt bytea not null check (length(salt) = 16),
    dossier_id uuid,
    owner_id uuid not null,
    recorded_at timestamptz not null,
    unique (kind, subject, revision)
);
create index fact_dossier on proof.fact (dossier_id) where dossier_id is not null;
create index fact_owner on proof.fact (owner_id);

-- Facts that have no number yet. A queue, not evidence: the audit misses no fact whatever happens to this table.
create table proof.waiting (
    fact_id uuid primary key references proof.fact
);

-- The log: numbers without a gap, each leaf naming the hash of the one before it.
create table proof.entry (
    sequence bigint primary key check (sequence >= 0),
    fact_id uuid not null unique references proof.fact,
    leaf text not null,
    hash bytea not null check (length(hash) = 32)
);

-- Complete subtrees of the Merkle tree over the log (RFC 9162); level 0 are the leaves.
create table proof.node (
    level smallint not null,
    index bigint not null,
    hash bytea not null check (length(hash) = 32),
    primary key (level, index)
);

-- Signed roots.
create table proof.root (
    size bigint primary key check (size > 0),
    hash bytea not null,
    signed_at timestamptz not null,
    jws text not null,
    timestamp bytea not null
);

-- Certificates (DER) of the keys that signed codes on paper copies: a paper outlives its key.
create table result.paper_key (
    kid bytea primary key check (length(kid) = 8),
    certificate bytea not null,
    since timestamptz not null
);
create trigger paper_key_append_only before update or delete on result.paper_key
    for each row execute function kernel.refuse_change();

create trigger log_append_only before update or delete on proof.log
    for each row execute function kernel.refuse_change();
create trigger fact_append_only before update or delete on proof.fact
    for each row execute function kernel.refuse_change();
create trigger entry_append_only before update or delete on proof.entry
    for each row execute function kernel.refuse_change();
create trigger node_append_only before update or delete on proof.node
    for each row execute function kernel.refuse_change();
create trigger root_append_only before update or delete on proof.root
    for each row execute function kernel.refuse_change();
