import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { acceptanceFolder, readAnswers } from "../../acceptance/acceptance-folder.ts";
import { answerText } from "../../acceptance/answer.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { check, type VerifyFinding } from "../finding.ts";

/** Adds up what teams and beta users say of a release (guide T5, T6). Who has not answered keeps the verdict from passing. */
export async function checkAcceptance(
  projectFolder: string,
  image: string | undefined,
  config: StageConfig["acceptance"],
): Promise<readonly VerifyFinding[]> {
  if (image === undefined) {
    const todo = "Name the host that one release answers on: --host candidate, or --host public at weight 0.";
    return [await check("acceptance", "T5 T6", () => notChecked("no single release answers on this host", todo))];
  }
  const folder = acceptanceFolder(image);
  const answers = await readAnswers(projectFolder, image, config);
  return await Promise.all(
    answers.map((answer) => {
      const found = answerText(answer);
      const file = `${folder}/${answer.who}.csv`;
      return check(`acceptance by ${answer.who}`, answer.isTeam ? "T5 T6" : "T6", () => {
        if (answer.state === "accepted") return pass(found);
        if (answer.state === "not accepted") return fail(found, `The notes are in ${file}.`);
        return notChecked(found, `It is to be filled in: ${file}.`);
      });
    }),
  );
}
