create schema workflow;

-- Days off and days on decreed after the province's profile was written. The latest word on a day wins.
create table workflow.decree (
    id uuid primary key,
    day date not null,
    worked boolean not null,
    name text not null check (name <> ''),
    source text not null check (source <> ''),
    decreed_at timestamptz not null,
    decreed_by text not null
);
create trigger decree_append_only before update or delete on workflow.decree
    for each row execute function kernel.refuse_change();

-- Where each clock stands: only a sum of its events under the calendar `calendar`, kept for sorting and searching.
create table workflow.clock (
    id uuid primary key,
    dossier_id uuid not null,
    kind text not null check (kind in ('acceptance', 'hand-over', 'processing', 'consultation')),
    events integer not null check (events >= 1),
    state text not null check (state in ('running', 'paused', 'stopped')),
    due_at timestamptz not null,
    original_due_at timestamptz not null,
    promised_until timestamptz,
    paused_since timestamptz,
    stopped_at timestamptz,
    calendar text not null,
    unique (dossier_id, kind)
);
create index clock_open on workflow.clock (calendar) where state <> 'stopped';
create index clock_due on workflow.clock (due_at) where state = 'running';

-- The ledger of a clock: what happened to it, for ever. Amount, unit, counting: the budget of a start, the more of an
-- extension.
create table workflow.clock_event (
    clock_id uuid not null references workflow.clock,
    seq integer not null check (seq >= 1),
    step text not null check (step in ('start', 'pause', 'resume', 'extend', 'promise', 'stop')),
    at timestamptz not null,
    recorded_at timestamptz not null,
    recorded_by text not null,
    cause text not null default '',
    basis text not null default '',
    approver text not null default '',
    amount double precision,
    unit text,
    counting text,
    until timestamptz,
    primary key (clock_id, seq)
);
create trigger clock_event_append_only before update or delete on workflow.clock_event
    for each row execute function kernel.refuse_change();

-- The run of a dossier through the steps of its procedure, as they were when it began.
create table workflow.run (
    dossier_id uuid primary key,
    flow jsonb not null,
    unit text not null,
    counter text not null,
    started_at timestamptz not null,
    ended_at timestamptz
);

-- One thing for one role (or one officer) to do. At most one is open for a dossier: nothing waits unseen between two.
create table workflow.task (
    id uuid primary key,
    dossier_id uuid not null references workflow.run,
    number integer not null check (number >= 1),
    step text not null,
    role text not null,
    unit text not null,
    opened_at timestamptz not null,
    directions text not null default '',
    assignee_id text,
    assignee_name text,
    claimed_at timestamptz,
    done_at timestamptz,
    done_by_id text,
    done_by_name text,
    action text,
    note text not null default '',
    document_id uuid,
    due_at timestamptz,
    unique (dossier_id, number),
    check ((done_at is null) = (action is null))
);
create unique index task_open on workflow.task (dossier_id) where done_at is null;
create index task_desk on workflow.task (unit, role) where done_at is null;
create index task_mine on workflow.task (assignee_id) where done_at is null;

-- What was done stays as it was done.
create trigger task_done_unchangeable before update or delete on workflow.task
    for each row when (old.done_at is not null) execute function kernel.refuse_change();
