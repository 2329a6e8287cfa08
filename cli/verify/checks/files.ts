import { randomBytes } from "node:crypto";
import { fail, pass } from "../../found.ts";
import { isOk, shortAnswer } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import { authorization, idIn, pathOf, type Subject } from "../subject.ts";

/** Bytes that are uploaded: more than what fits one packet, and no text. */
const uploadedBytes = 64 * 1024;

const advice =
  "Look at the log. /tmp has to be a volume of the image, and the task's role reads and writes the bucket.";

/** Uploads a file, reads it back byte by byte, and deletes it (guide T4). */
export async function checkFiles(subject: Subject): Promise<VerifyFinding> {
  return await check("upload and download", "T4", async (): Promise<Found> => {
    const settings = subject.config.verify.upload;
    if (settings === undefined) return withoutConfig("upload");
    const content = randomBytes(uploadedBytes);
    const form = new FormData();
    form.set(settings.field, new File([content], `${subject.unique}.bin`, { type: "application/octet-stream" }));
    const encoded = new Response(form);
    const headers = { ...(await authorization(subject)), "content-type": encoded.headers.get("content-type") ?? "" };
    const body = new Uint8Array(await encoded.arrayBuffer());
    const uploaded = await subject.asker.ask({ method: "POST", path: settings.path, headers, body });
    if (!isOk(uploaded)) return fail(`POST ${settings.path} answers ${shortAnswer(uploaded)}`, advice);
    const path = pathOf(settings.itemPath, idIn(uploaded, settings.idField));
    const auth = await authorization(subject);
    const read = await subject.asker.ask({ path, headers: auth });
    const removed = await subject.asker.ask({ method: "DELETE", path, headers: auth });
    if (!isOk(read)) return fail(`GET ${path} answers ${shortAnswer(read)}`, advice);
    if (!read.body.equals(content)) {
      return fail(
        `GET ${path} answers ${read.body.length} other bytes than the ${content.length} that were uploaded`,
        advice,
      );
    }
    if (!isOk(removed)) return fail(`DELETE ${path} answers ${shortAnswer(removed)}, so the file is left`, advice);
    return pass(`${uploadedBytes / 1024} KiB came back as they were sent, and were deleted`);
  });
}
