-- What a supplement request asks for is drafted in one task and approved in the next (DOS-11).
alter table workflow.task add column papers text[] not null default '{}';

-- A draft of a decision belongs to whoever drafts it, not to the citizen's vault.
alter table vault.entry drop constraint entry_kind_check;
alter table vault.entry add constraint entry_kind_check
    check (kind in ('component', 'result', 'voucher', 'receipt', 'conversion', 'draft'));

-- A leader's word to whoever holds a task (WFL-10): kept with the task, for ever.
create table workflow.urging (
    id uuid primary key,
    task_id uuid not null references workflow.task,
    at timestamptz not null,
    by_id text not null,
    by_name text not null,
    note text not null check (note <> '')
);
create index urging_task on workflow.urging (task_id, at);
create trigger urging_unchangeable before update or delete on workflow.urging
    for each row execute function kernel.refuse_change();
