BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 1975ea83b712

CREATE TABLE couples (
    id UUID NOT NULL, 
    names VARCHAR(200) NOT NULL, 
    email VARCHAR(320) NOT NULL, 
    phone TEXT, 
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    PRIMARY KEY (id), 
    CONSTRAINT uq_couples_email UNIQUE (email)
);

CREATE TYPE invoice_status AS ENUM ('draft', 'sent', 'paid');

CREATE TABLE invoices (
    id SERIAL NOT NULL, 
    couple_id UUID NOT NULL, 
    cents INTEGER NOT NULL, 
    status invoice_status NOT NULL, 
    PRIMARY KEY (id), 
    FOREIGN KEY(couple_id) REFERENCES couples (id) ON DELETE CASCADE
);

CREATE INDEX ix_invoices_couple_id ON invoices (couple_id);

INSERT INTO alembic_version (version_num) VALUES ('1975ea83b712') RETURNING alembic_version.version_num;

COMMIT;

