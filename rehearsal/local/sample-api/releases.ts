/** The sample API's releases, oldest first. */
export const sampleReleases = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"] as const;

/** A version of the sample API. */
export type SampleRelease = (typeof sampleReleases)[number];

/**
 * What each release needs of the schema. All but the first only expand: a release that does not know the new column keeps
 * working beside one that does, which is what two colours at once need.
 */
const migrations: Readonly<Record<SampleRelease, readonly string[]>> = {
  "1.0.0": [
    `create table if not exists couples (
       id uuid primary key,
       names text not null,
       written_by text not null,
       written_at timestamptz not null default now()
     );
     create table if not exists portal_items (
       kind text not null,
       id uuid not null,
       content text not null,
       primary key (kind, id)
     )`,
  ],
  "1.1.0": ["alter table couples add column if not exists ceremony_date date"],
  "1.2.0": ["alter table couples add column if not exists venue text"],
  "1.3.0": ["alter table couples add column if not exists guests integer"],
};

/** The migrations up to and with a release, in order, each safe to run again. */
export function migrationsUpTo(release: SampleRelease): readonly string[] {
  return sampleReleases.slice(0, sampleReleases.indexOf(release) + 1).flatMap((earlier) => migrations[earlier]);
}

/** What each release writes into the columns that came with it and before it. */
const values: Readonly<Record<SampleRelease, Readonly<Record<string, string>>>> = {
  "1.0.0": {},
  "1.1.0": { ceremony_date: "current_date" },
  "1.2.0": { ceremony_date: "current_date", venue: "'Botanic Gardens'" },
  "1.3.0": { ceremony_date: "current_date", venue: "'Botanic Gardens'", guests: "80" },
};

/** The statement that stores a couple; `$1` id, `$2` names, `$3` the writer. */
export function insertStatement(release: SampleRelease): string {
  const columns = ["id", "names", "written_by", ...Object.keys(values[release])];
  return `insert into couples (${columns.join(", ")}) values (${["$1", "$2", "$3", ...Object.values(values[release])].join(", ")})`;
}
