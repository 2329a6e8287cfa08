import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openContainerProgram } from "../../../cli/images/container-program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const host = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com";
const login = (password: string, of = host) => ({ host: of, user: "AWS", password });

/** Programs that note their words, and what a credential helper of their config answers for the first registry in it. */
function programs(...names: readonly string[]) {
  const folder = temporaryFolder();
  const notes = join(folder, "notes");
  writeFileSync(notes, "");
  for (const name of names) {
    const lines = [
      "#!/bin/sh",
      `echo "${name} $*" >> '${notes}'`,
      `[ -z "$REGISTRY_AUTH_FILE" ] && exit 0`,
      `cat "$REGISTRY_AUTH_FILE" >> '${notes}'; echo >> '${notes}'`,
      `for n in 0 1; do command -v docker-credential-rollout-$n >/dev/null && echo any | docker-credential-rollout-$n get >> '${notes}' && echo >> '${notes}'; done`,
      "exit 0",
    ];
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const path = `${folder}${delimiter}/usr/bin${delimiter}/bin`;
  return {
    program: openContainerProgram(path, folder, () => {}),
    said: () => readFileSync(notes, "utf8").trim().split("\n"),
  };
}

describe("Podman", () => {
  it("builds and pushes with a log-in that its auth file leads to and does not hold", async () => {
    const { program, said } = programs("podman");
    await program.build("../portal", "linux/amd64", `${host}/portal:1`);
    await program.push(`${host}/portal:1`, login("c2VjcmV0=="));
    const [build, push, config = "{}", helper = "{}"] = said();
    expect([build, push]).toEqual([
      `podman build --platform linux/amd64 --tag ${host}/portal:1 ../portal`,
      `podman push ${host}/portal:1`,
    ]);
    expect(JSON.parse(config).credHelpers).toEqual({ [host]: "rollout-0" });
    expect(config).not.toContain("c2VjcmV0==");
    expect(JSON.parse(helper)).toEqual({ Username: "AWS", Secret: "c2VjcmV0==" });
  });

  it("has Skopeo copy an image as it is, logged in to both registries", async () => {
    const { program, said } = programs("podman", "skopeo");
    const other = host.replace("123456789012", "210987654321");
    await program.copy(`${other}/staging@sha256:1`, `${host}/production:1`, [login("one", other), login("two")]);
    const [copy, config = "{}", first = "{}", second = "{}"] = said();
    expect(copy).toBe(
      `skopeo copy --all --preserve-digests docker://${other}/staging@sha256:1 docker://${host}/production:1`,
    );
    expect(JSON.parse(config).credHelpers).toEqual({ [other]: "rollout-0", [host]: "rollout-1" });
    expect([first, second].map((answer) => JSON.parse(answer).Secret)).toEqual(["one", "two"]);
  });

  it("says what to install where there is no Skopeo", async () => {
    const { program } = programs("podman");
    await expect(program.copy("a", "b", [login("x")])).rejects.toThrow(
      "skopeo cannot be run. Install it, and run the command again.",
    );
  });
});
