import { userInfo } from "node:os";
import { plainLine, plainLines } from "../rollout/plain-text.ts";
import { runProcess } from "./process.ts";

/** The project's git repository, as the commands use it. */
export interface Repository {
  /** Who commits here, as `Name <mail>` or the name alone; the machine's user if git has no name. */
  author(): Promise<string>;
  /**
   * Commits the named files and nothing else that is staged.
   *
   * @returns the commit's abbreviated id
   * @throws {Error} with git's own words, or saying that git was not found
   */
  commit(paths: readonly string[], message: string): Promise<string>;
}

/** Git by its command. */
export function openRepository(projectFolder: string): Repository {
  const git = async (...words: string[]) => await runProcess({ command: "git", words, cwd: projectFolder });
  return {
    async author() {
      const [name, mail] = await Promise.all([git("config", "user.name"), git("config", "user.email")]).catch(() => []);
      const [givenName = "", givenMail = ""] = [name, mail].map((answer) => plainLine(answer?.stdout ?? ""));
      if (givenName === "") return userInfo().username;
      return givenMail === "" ? givenName : `${givenName} <${givenMail}>`;
    },
    async commit(paths, message) {
      await need(git("add", "--", ...paths));
      await need(git("commit", "--quiet", "--message", message, "--", ...paths));
      return (await need(git("rev-parse", "--short", "HEAD"))).stdout.trim();
    },
  };
}

async function need(running: ReturnType<typeof runProcess>) {
  const result = await running.catch((error: unknown) => {
    const reason = isAbsent(error) ? "was not found on the path" : `could not be run (${String(error)})`;
    throw new Error(`The edit was not committed: git ${reason}.`, { cause: error });
  });
  if (result.exitCode !== 0) {
    throw new Error(`The edit was not committed. git said: ${plainLines(result.stderr || result.stdout).trim()}`);
  }
  return result;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
