BEGIN;

-- Running upgrade ae1027a6acf1 -> 3fdea9a7b1c0

ALTER TABLE couples ADD COLUMN telephone TEXT;

UPDATE couples SET telephone = phone;

ALTER TABLE couples DROP COLUMN phone;

ALTER TABLE couples RENAME venue TO place;

ALTER TABLE invoices ALTER COLUMN cents TYPE BIGINT;

CREATE INDEX ix_invoices_status ON invoices (status);

ALTER TABLE invoices ADD CONSTRAINT ck_invoices_cents CHECK (cents >= 0);

ALTER TABLE couples ADD COLUMN reference UUID DEFAULT gen_random_uuid() NOT NULL;

UPDATE alembic_version SET version_num='3fdea9a7b1c0' WHERE alembic_version.version_num = 'ae1027a6acf1';

COMMIT;

