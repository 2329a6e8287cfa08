import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../support/stack-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

const manifest = JSON.parse(read("package.json")) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};
type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> };
const lock = JSON.parse(read("package-lock.json")) as Lock;
/** Mutation testing has packages of its own, which its command installs. */
const mutation = {
  manifest: JSON.parse(read("test/mutation/package.json")) as Pick<typeof manifest, "devDependencies">,
  lock: JSON.parse(read("test/mutation/package-lock.json")) as Lock,
};
const lockedIn = ({ packages }: Lock) => Object.entries(packages).filter(([path]) => path !== "");
const locked = [...lockedIn(lock), ...lockedIn(mutation.lock)];
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

describe("the packages", () => {
  it("are locked by a checksum, each of them", () => {
    const unchecked = locked.filter(([, { integrity = "" }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });

  it("come from the registry by name, never from an address", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it("are asked for by exact version", () => {
    const asked = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
      ...mutation.manifest.devDependencies,
    };
    expect(Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it("run no script at installation", () => {
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    const withScript = new Set(locked.filter(([, one]) => one.hasInstallScript).map(([path]) => nameOf(path)));
    // npm 11.16 and newer asks for a decision about each of them, even where none may run.
    expect(manifest.allowScripts).toEqual(Object.fromEntries([...withScript].map((name) => [name, false])));
  });
});

describe("the project's own Node", () => {
  const binaries = Object.keys(manifest.optionalDependencies).filter((name) => name.startsWith("node-"));
  const platform = (name: string) => {
    const { os, cpu } = lock.packages[`node_modules/${name}`] ?? {};
    return `${os}-${cpu}`;
  };

  it("is locked for each system that the project runs on", () => {
    expect(binaries.map(platform).sort()).toEqual([
      "darwin-arm64",
      "darwin-x64",
      "linux-arm64",
      "linux-x64",
      "win32-x64",
    ]);
    for (const name of binaries) {
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({
        version: manifest.optionalDependencies[name],
        integrity: expect.any(String),
        optional: true,
      });
    }
  });

  it("is what runs the scripts, and no other package brings one", () => {
    const own = binaries.find((name) => platform(name) === `${process.platform}-${process.arch}`);
    const node = realpathSync(join(projectFolder, "node_modules/.bin/node"));
    expect(node).toBe(realpathSync(join(projectFolder, `node_modules/${own}/bin/node`)));
    expect(realpathSync(process.execPath)).toBe(node);
    expect(Object.keys(lock.packages)).not.toContain("node_modules/node");
  });
});

it("says where a verified CLI of Pulumi goes, of the version that npm would fetch", () => {
  expect(read("CONTRIBUTING.md")).toContain(`~/.pulumi/versions/${manifest.devDependencies["pulumi"]}/bin`);
});

describe("an unfinished installation", () => {
  const oldNode = join("old-node.cjs");

  /** Starts a script as npm does, in a copy of the project that has no more than the check. */
  function start({ version, installed = true }: { readonly version?: string; readonly installed?: boolean }) {
    const folder = temporaryFolder();
    for (const path of ["check-node.cjs", "package.json"]) cpSync(join(projectFolder, path), join(folder, path));
    if (installed) mkdirSync(join(folder, "node_modules"));
    const versions = JSON.stringify({ ...process.versions, node: version ?? process.versions.node });
    writeFileSync(join(folder, oldNode), `Object.defineProperty(process, "versions", { value: ${versions} });`);
    const words = ["--require", `./${oldNode}`, "--require", "./check-node.cjs", "-e", "console.log('started')"];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
    return { status, stdout, stderr };
  }

  it.each(["20.20.2", "22.17.1", "18.0.0"])("with Node %s ends with a sentence that says what to run", (version) => {
    expect(start({ version })).toEqual({
      status: 1,
      stdout: "",
      stderr: `error: This is Node ${version}, and the project needs 22.18 or newer. It brings its own for Linux, macOS and Windows, unless npm is told to leave out optional packages. Run \`npm ci\`, and then this command again by \`npm run\`. On another system, install Node 22.18.\n`,
    });
  });

  it("without packages ends with a sentence", () => {
    expect(start({ installed: false })).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: The packages are not installed. Run `npm ci`, and then this command again by `npm run`.\n",
    });
  });

  it.each(["22.18.0", "22.20.1", "24.21.0", "26.10.0"])("is no concern of Node %s", (version) => {
    expect(start({ version })).toEqual({ status: 0, stdout: "started\n", stderr: "" });
  });

  it("is looked for by each script that starts Node, and by the tests", () => {
    const starting = Object.values(manifest.scripts).filter((script) => script.startsWith("node "));
    expect(starting.length).toBeGreaterThan(4);
    for (const script of starting) expect(script).toMatch(/^node --require \.\/check-node\.cjs /);
    expect(read("vitest.config.ts")).toMatch(/^import "\.\/check-node\.cjs";$/m);
  });
});
