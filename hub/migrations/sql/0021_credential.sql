-- The national gateway (NEAC) beside the other services; what an officer chose among the certificates of an account.
-- `provider`: the gateway's name of the CA; `key`: what the service calls the certificate, empty where the account does.
alter table sealing.credential drop constraint credential_service_check;
alter table sealing.credential
    add constraint credential_service_check check (service in ('smartca', 'csc1', 'csc2', 'neac')),
    add column provider text not null default '',
    add column key text not null default '',
    add column subject text not null default '',
    add column issuer text not null default '',
    add column serial text not null default '',
    add column valid_from timestamptz,
    add column valid_until timestamptz,
    drop constraint credential_officer_id_service_account_key,
    add constraint credential_once unique (officer_id, service, account, provider, key);
