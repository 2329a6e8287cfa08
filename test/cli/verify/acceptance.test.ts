import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { verifyHere } from "./verified-stage.ts";

describeWithMoto("the acceptance of a release", () => {
  const started = startStage("staging");
  const folder = () => join("acceptance", sampleImageDigest("1.1.0").slice(7, 19));
  const files = () => readdirSync(join(started.current.folder, folder())).sort();

  /** Fills every line that is still empty. */
  function fill(who: string, result: string): void {
    const path = join(started.current.folder, folder(), `${who}.csv`);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/,,\r\n/g, `,${result},\r\n`));
  }

  async function accepted() {
    const { report } = await verifyHere(started.current, { host: "candidate", acceptance: true });
    const section = report.sections.find(({ title }) => title === "Acceptance");
    return Object.fromEntries(
      (section?.findings ?? []).map(({ what, result }) => [what.replace("acceptance by ", ""), result]),
    );
  }

  it("begins with a form for each team and beta user, and a second run keeps what was filled in", async () => {
    const stage = started.current;
    const first = await stage.run("acceptance");
    expect(first).toMatchObject({ exitCode: 0 });
    const all = ["README.md", ...[1, 2, 3, 4, 5].map((one) => `beta-user-${one}.csv`), "development.csv"];
    expect(files()).toEqual([...all, "product.csv", "qa.csv", "security.csv"]);
    const addUp = "npm run rollout -- verify --stage staging --host candidate --acceptance";
    expect(first.stdout).toContain(`run ${addUp}.`);
    expect(readFileSync(join(stage.folder, folder(), "README.md"), "utf8")).toContain(`\`${addUp}\` adds them up`);
    fill("qa", "pass");
    const before = readFileSync(join(stage.folder, folder(), "qa.csv"), "utf8");
    const again = await stage.run("acceptance");
    expect(again.stdout).toContain("Written: none. Kept as they were:");
    expect(readFileSync(join(stage.folder, folder(), "qa.csv"), "utf8")).toBe(before);
  });

  it("is added up by verify: who accepted, who did not, and who has not answered", async () => {
    fill("security", "fail");
    expect(await accepted()).toEqual({
      development: "not checked",
      qa: "pass",
      product: "not checked",
      security: "fail",
      ...Object.fromEntries([1, 2, 3, 4, 5].map((one) => [`beta-user-${one}`, "not checked"])),
    });
  });

  it("is asked of nobody without the flag", async () => {
    const { report } = await verifyHere(started.current, { host: "candidate" });
    expect(report.sections.map(({ title }) => title)).not.toContain("Acceptance");
  });
});
