import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { Pool } from "pg";
import { insertStatement, type SampleRelease } from "./releases.ts";

/** An answer of the sample API. */
export interface ApiAnswer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** POST /couples: stores `{ id, names }` and answers only once it is committed. */
export async function storeCouple(pool: Pool, request: IncomingMessage, release: SampleRelease): Promise<ApiAnswer> {
  const couple = (await json(request)) as { readonly id?: unknown; readonly names?: unknown };
  if (typeof couple.id !== "string" || typeof couple.names !== "string") {
    return { statusCode: 422, body: { error: "id and names are texts" } };
  }
  await pool.query({
    name: "store-couple",
    text: insertStatement(release),
    values: [couple.id, couple.names, release],
  });
  return { statusCode: 201, body: { id: couple.id } };
}

/** GET /couples/:id. */
export async function readCouple(pool: Pool, id: string): Promise<ApiAnswer> {
  const found = await pool.query({
    name: "read-couple",
    text: "select id, names, written_by from couples where id = $1",
    values: [id],
  });
  return found.rows.length === 0
    ? { statusCode: 404, body: { error: "no such couple" } }
    : { statusCode: 200, body: found.rows[0] };
}
