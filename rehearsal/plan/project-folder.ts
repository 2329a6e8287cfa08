import { fileURLToPath } from "node:url";

/** This project's folder, which has its stack files. */
export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
