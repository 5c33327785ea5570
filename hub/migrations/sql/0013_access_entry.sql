-- Who saw a dossier's papers: a paper is uploaded before its dossier is there, so its rows are found by the paper.
create index access_entry on vault.access (entry_id, at) where entry_id is not null;
