/** The sample API's releases, oldest first. */
export const sampleReleases = ["1.0.0", "1.1.0", "1.2.0"] as const;

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
     )`,
  ],
  "1.1.0": ["alter table couples add column if not exists ceremony_date date"],
  "1.2.0": ["alter table couples add column if not exists venue text"],
};

/** The migrations up to and with a release, in order, each safe to run again. */
export function migrationsUpTo(release: SampleRelease): readonly string[] {
  return sampleReleases.slice(0, sampleReleases.indexOf(release) + 1).flatMap((earlier) => migrations[earlier]);
}

/** The statement that stores a couple; `$1` id, `$2` names, `$3` the writer. */
export function insertStatement(release: SampleRelease): string {
  const columns = { "1.0.0": "", "1.1.0": ", ceremony_date", "1.2.0": ", ceremony_date, venue" }[release];
  const values = { "1.0.0": "", "1.1.0": ", current_date", "1.2.0": ", current_date, 'Botanic Gardens'" }[release];
  return `insert into couples (id, names, written_by${columns}) values ($1, $2, $3${values})`;
}
