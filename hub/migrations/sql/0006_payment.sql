create schema payment;

-- What a person owes for a dossier. Never changed; whether it is paid stands in `settlement`.
create table payment.obligation (
    id uuid primary key,
    dossier_id uuid not null,
    dossier_code text not null,
    owner_id uuid not null,
    procedure_code text not null,
    procedure_name text not null,
    agency_code text not null,
    agency_name text not null,
    items jsonb not null,
    amount bigint not null check (amount > 0),
    payer jsonb not null,
    beneficiary jsonb not null,
    description text not null,
    raised_at timestamptz not null
);
create index obligation_dossier on payment.obligation (dossier_id);
create trigger obligation_append_only before update or delete on payment.obligation
    for each row execute function kernel.refuse_change();

-- One attempt to pay it online; `reference` is ours and unique for ever.
create table payment.order (
    id uuid primary key,
    obligation_id uuid not null references payment.obligation,
    reference text not null unique check (reference ~ '^[A-Za-z0-9]{8,60}$'),
    amount bigint not null check (amount > 0),
    status text not null check (status in ('opened', 'initiated', 'pending', 'paid', 'held', 'failed', 'expired')),
    version integer not null,
    client_ip text not null,
    pay_url text not null default '',
    transaction_id text not null default '',
    bank_code text not null default '',
    opened_at timestamptz not null,
    updated_at timestamptz not null,
    paid_at timestamptz,
    queries integer not null default 0,
    next_query_at timestamptz
);
create unique index order_live on payment.order (obligation_id) where status in ('opened', 'initiated', 'pending');
create index order_obligation on payment.order (obligation_id);
create index order_query on payment.order (next_query_at) where next_query_at is not null;

create table payment.order_log (
    entity_id uuid not null references payment.order,
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
create trigger order_log_append_only before update or delete on payment.order_log
    for each row execute function kernel.refuse_change();
create trigger order_logged after insert or update on payment.order
    for each row execute function kernel.require_status_log('payment.order_log');

-- Double entry. `key` makes each booking happen once; the postings of a journal sum to zero.
create table payment.journal (
    id uuid primary key,
    key text not null unique,
    kind text not null check (kind in ('raised', 'paid', 'collected', 'held', 'applied', 'refunded')),
    obligation_id uuid references payment.obligation,
    order_id uuid references payment.order,
    at timestamptz not null,
    booked_at timestamptz not null,
    booked_by text not null
);
create index journal_obligation on payment.journal (obligation_id);
create trigger journal_append_only before update or delete on payment.journal
    for each row execute function kernel.refuse_change();

-- receivable: owed to us; fees: earned; clearing: at the payment platform; cash: in the counter's till;
-- unapplied: came in and belongs to no obligation yet. Debit is positive.
create table payment.posting (
    journal_id uuid not null references payment.journal,
    account text not null check (account in ('receivable', 'fees', 'clearing', 'cash', 'unapplied')),
    amount bigint not null check (amount <> 0),
    primary key (journal_id, account)
);
create trigger posting_append_only before update or delete on payment.posting
    for each row execute function kernel.refuse_change();

create function payment.require_balance() returns trigger language plpgsql as $$
begin
    if (select sum(amount) from payment.posting where journal_id = new.journal_id) <> 0 then
        raise exception 'journal % does not balance', new.journal_id using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger posting_balanced after insert on payment.posting
    deferrable initially deferred for each row execute function payment.require_balance();

-- The primary key is the promise: an obligation is paid at most once.
create table payment.settlement (
    obligation_id uuid primary key references payment.obligation,
    order_id uuid references payment.order,
    journal_id uuid not null references payment.journal,
    via text not null,
    receipt_number text not null default '',
    at timestamptz not null
);
create trigger settlement_append_only before update or delete on payment.settlement
    for each row execute function kernel.refuse_change();

create table payment.voucher (
    order_id uuid primary key references payment.order,
    entry_id uuid not null,
    signer text not null,
    report jsonb not null,
    received_at timestamptz not null
);
create trigger voucher_append_only before update or delete on payment.voucher
    for each row execute function kernel.refuse_change();

-- Money or news that does not fit: for the orphan-money desk. The same trouble is one row.
create table payment.incident (
    id uuid primary key,
    code text not null,
    reference text not null,
    transaction_id text not null,
    order_id uuid references payment.order,
    obligation_id uuid references payment.obligation,
    dossier_id uuid,
    expected bigint,
    received bigint,
    bank_code text not null,
    detail_vi text not null,
    detail_en text not null,
    occurred_at timestamptz not null,
    found_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by text not null default '',
    resolution text not null default '',
    note text not null default '',
    unique (code, reference, transaction_id)
);
create index incident_open on payment.incident (found_at) where resolved_at is null;
create trigger incident_kept before delete on payment.incident
    for each row execute function kernel.refuse_change();
create trigger incident_resolved_once before update on payment.incident
    for each row when (old.resolved_at is not null) execute function kernel.refuse_change();
