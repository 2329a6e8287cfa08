BEGIN;

-- Running upgrade 1975ea83b712 -> ae1027a6acf1

SET lock_timeout = '5s';

ALTER TABLE couples ADD COLUMN venue TEXT;

ALTER TABLE couples ADD COLUMN guests INTEGER DEFAULT '0' NOT NULL;

CREATE TABLE ceremonies (
    id UUID NOT NULL, 
    couple_id UUID NOT NULL, 
    held_on DATE, 
    PRIMARY KEY (id), 
    FOREIGN KEY(couple_id) REFERENCES couples (id)
);

CREATE UNIQUE INDEX ix_ceremonies_couple_id ON ceremonies (couple_id);

COMMIT;

CREATE INDEX CONCURRENTLY ix_couples_venue ON couples (venue);

BEGIN;

UPDATE alembic_version SET version_num='ae1027a6acf1' WHERE alembic_version.version_num = '1975ea83b712';

COMMIT;

