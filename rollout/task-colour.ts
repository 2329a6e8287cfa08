import { type Colour, otherColour } from "./colour.ts";
import type { RolloutRecord } from "./record.ts";
import { isOldVersion } from "./rollback-window.ts";

/**
 * The colour whose image a one-off task runs from, where nobody names one: the candidate where it has a release, because a
 * migration belongs to the version that is about to serve; else the live one. The version that was live before the last
 * promote is no release: it is older than the schema, and Alembic would not know where it stands.
 */
export function taskColour(record: RolloutRecord): Colour {
  const candidate = otherColour(record.liveColour);
  return record.images[candidate] === null || isOldVersion(record) ? record.liveColour : candidate;
}
