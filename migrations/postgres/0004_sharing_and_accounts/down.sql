DROP TABLE cmek_jobs, shares, device_grants, identities, recovery_codes, second_factors, account_proofs, pending_signups;
DROP INDEX secret_versions_by_cmek;
ALTER TABLE secret_versions DROP COLUMN cmek_fingerprint;
ALTER TABLE vaults DROP COLUMN cmek_fingerprint;
ALTER TABLE sessions DROP COLUMN by_device;
ALTER TABLE sessions DROP COLUMN second_factor;
