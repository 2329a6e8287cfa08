import { expect, it } from "vitest";
import { runLoad } from "../../../rehearsal/load/run-load.ts";
import type { UserLoad } from "../../../rehearsal/load/user-load.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

it("loads a planned stage with 10, 50 and 100 users (guide T2), and loses nothing", async () => {
  const measured: UserLoad[] = [];
  await runLoad({
    projectFolder: fixtureFolder,
    stage: "staging",
    users: [10, 50, 100],
    seconds: 3,
    onMeasured: (one) => measured.push(one),
  });
  expect(measured.map(({ users, sent, lost }) => [users, sent, lost])).toEqual([
    [10, 20, 0],
    [50, 100, 0],
    [100, 200, 0],
  ]);
  expect(measured.flatMap(({ checks }) => checks.filter(({ held }) => !held))).toEqual([]);
});
