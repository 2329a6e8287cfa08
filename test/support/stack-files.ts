import { fileURLToPath } from "node:url";

/**
 * The folder with the tests' own stack files: both stages before their first release, with the guide's schedule. Tests
 * take their numbers from here, so that no edit of the project's stack files, a step of the rollout above all, turns one
 * red.
 */
export const fixtureFolder = fileURLToPath(new URL("../fixtures/stack-files/", import.meta.url));

/** The project's own folder. Only tests that judge its stack files read them, and they hold in every legal state. */
export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
