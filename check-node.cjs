// Loaded before each command of package.json. Without it, an older Node ends with a stack trace about the file extension .ts.
// So this file must run on any Node: CommonJS, and no recent syntax.
const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

const { engines } = require("./package.json");

const needed = engines.node.replace(">=", "");
const [neededMajor, neededMinor] = needed.split(".").map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);
const remedy = "Run `npm ci`, and then this command again by `npm run`.";

function findProblem() {
  if (!existsSync(join(__dirname, "node_modules"))) return `The packages are not installed. ${remedy}`;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined;
  return (
    `This is Node ${process.versions.node}, and the project needs ${needed} or newer. It brings its own for Linux, macOS ` +
    `and Windows, unless npm is told to leave out optional packages. ${remedy} On another system, install Node ${needed}.`
  );
}

const problem = findProblem();
if (problem !== undefined) {
  console.error(`error: ${problem}`);
  process.exit(1);
}

// Before the first file with types: where all are in the cache, Node need not load what strips them. Where the folder cannot be
// written, nothing is kept and nothing fails.
if (enableCompileCache !== undefined) enableCompileCache(join(__dirname, ".cache", "compile"));
