import { join } from "node:path";
import { projectFolder } from "../../plan/project-folder.ts";

/**
 * For the environment of each process and thread that a rehearsal starts: what compiled code it keeps, and where. A process does
 * not pass on its own cache. Without one, each loads the compiler that strips the types, which takes 17 MiB.
 *
 * @see Node.js documentation, "Module compile cache"
 */
export const compileCacheVariable = { NODE_COMPILE_CACHE: join(projectFolder, ".cache", "compile") } as const;
