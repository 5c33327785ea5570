-- What a supplement request asks for is drafted in one task and approved in the next (DOS-11).
alter table workflow.task add column papers text[] not null default '{}';

-- A draft of a decision belongs to whoever drafts it, not to the citizen's vault.
alter table vault.entry drop constraint entry_kind_check;
alter table vault.entry add constraint entry_kind_check
    check (kind in ('component', 'result', 'voucher', 'receipt', 'conversion', 'draft'));
