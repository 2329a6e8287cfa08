import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFakeProgram } from "../write-fake-program.ts";

/** How the stand-in differs from a Docker that works. */
export interface FakeDockerFaults {
  /** Platform of what it builds and has, whatever is asked for. */
  readonly platform?: string;
  /** What `alembic upgrade <revision>:head --sql` prints in an image, by its revision. */
  readonly sqlFrom?: Readonly<Record<string, string>>;
  /** A command that fails, such as `push`. */
  readonly fails?: string;
  /** Whether a copy changes the image, as an older buildx makes an index of it. */
  readonly copiesAsIndex?: boolean;
}

/** A program on a path of its own that stands in for Docker. */
export interface FakeDocker {
  /** Folder of an executable `docker`. */
  readonly folder: string;
  /** Every call so far, and what anybody on the machine can see of it: its words and the config that it was given. */
  calls(): readonly { readonly words: readonly string[]; readonly config: string | null }[];
}

/**
 * A small program with Docker's command line. It keeps images in its folder, asks the credential helper that its config names,
 * and speaks the registry's protocol. An image is one layer, which names the folder that it was built from.
 */
const script = `
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const words = process.argv.slice(2);
const faults = JSON.parse(readFileSync(join(__dirname, "faults.json"), "utf8"));
const configFile = process.env.DOCKER_CONFIG === undefined ? "" : join(process.env.DOCKER_CONFIG, "config.json");
const config = existsSync(configFile) ? readFileSync(configFile, "utf8") : null;
appendFileSync(join(__dirname, "calls"), JSON.stringify({ words, config }) + "\\n");
const imagesFile = join(__dirname, "images.json");
const images = JSON.parse(readFileSync(imagesFile, "utf8"));
const keep = () => writeFileSync(imagesFile, JSON.stringify(images));
const fail = (text) => { process.stderr.write(text + "\\n"); process.exit(1); };
const after = (flag) => words[words.indexOf(flag) + 1];
const sha256 = (content) => "sha256:" + createHash("sha256").update(content).digest("hex");
const manifestType = "application/vnd.oci.image.manifest.v1+json";

function authorization(host) {
  const helper = JSON.parse(config ?? "{}").credHelpers?.[host];
  if (helper === undefined) fail("no basic auth credentials");
  const { Username, Secret } = JSON.parse(execFileSync("docker-credential-" + helper, ["get"], { input: host }));
  return "Basic " + Buffer.from(Username + ":" + Secret).toString("base64");
}
const placeOf = (reference) => {
  const [, host, name, tag, digest] = /^([^/]+)\\/([^@:]+)(?::([^@]+))?(?:@(.+))?$/.exec(reference);
  return { host, name, reference: digest ?? tag };
};
async function ask({ host, name }, path, options = {}) {
  const headers = { authorization: authorization(host), ...options.headers };
  const answer = await fetch("http://" + host + "/v2/" + name + path, { ...options, headers });
  if (!answer.ok) fail("unexpected status from " + path + ": " + answer.status + " " + (await answer.text()));
  return answer;
}
async function putBlob(place, content) {
  const begun = await ask(place, "/blobs/uploads/", { method: "POST" });
  const headers = { authorization: authorization(place.host), "content-type": "application/octet-stream" };
  const url = "http://" + place.host + begun.headers.get("location") + "?digest=" + sha256(content);
  const put = await fetch(url, { method: "PUT", headers, body: content });
  if (!put.ok) fail("a blob was refused: " + put.status);
}
const putManifest = (place, content, type) =>
  ask(place, "/manifests/" + place.reference, { method: "PUT", headers: { "content-type": type }, body: content });
const descriptor = (mediaType, content) => ({ mediaType, digest: sha256(content), size: content.length });

async function push(reference) {
  const image = images[reference] ?? fail("An image does not exist locally with the tag: " + reference);
  const place = placeOf(reference);
  const [os, architecture] = image.platform.split("/");
  const layer = Buffer.from("layer of " + image.from);
  const imageConfig = Buffer.from(JSON.stringify({ os, architecture, rootfs: { type: "layers", diff_ids: [sha256(layer)] } }));
  await putBlob(place, layer);
  await putBlob(place, imageConfig);
  const manifest = Buffer.from(JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor("application/vnd.oci.image.config.v1+json", imageConfig),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  }));
  await putManifest(place, manifest, manifestType);
  process.stdout.write(place.reference + ": digest: " + sha256(manifest) + "\\n");
}
async function copy(from, to) {
  const [source, target] = [placeOf(from), placeOf(to)];
  const answer = await ask(source, "/manifests/" + source.reference, { headers: { accept: manifestType } });
  const content = Buffer.from(await answer.arrayBuffer());
  const { config, layers } = JSON.parse(content);
  for (const { digest } of [config, ...layers]) {
    await putBlob(target, Buffer.from(await (await ask(source, "/blobs/" + digest)).arrayBuffer()));
  }
  if (!faults.copiesAsIndex) return putManifest(target, content, answer.headers.get("content-type"));
  const indexType = "application/vnd.oci.image.index.v1+json";
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [descriptor(manifestType, content)] };
  await putManifest(target, Buffer.from(JSON.stringify(index)), indexType);
}

const [command] = words;
if (faults.fails === command) fail("denied: the stand-in was told to fail");
if (command === "context") process.stdout.write("unix:///var/run/docker.sock\\n");
else if (command === "build") {
  images[after("--tag")] = { from: words.at(-1), platform: faults.platform ?? after("--platform") };
  keep();
} else if (command === "tag") {
  images[words[2]] = images[words[1]] ?? fail("Error response from daemon: No such image: " + words[1]);
  keep();
} else if (command === "image") {
  const image = images[words.at(-1)] ?? fail("Error response from daemon: No such image: " + words.at(-1));
  process.stdout.write(image.platform + "\\n");
} else if (command === "run") {
  const [revision] = (words.find((word) => word.endsWith(":head")) ?? "").split(":");
  process.stdout.write(faults.sqlFrom?.[revision] ?? fail("FAILED: Can't locate revision identified by '" + revision + "'"));
} else if (command === "push") push(words[1]);
else if (command === "buildx") copy(words.at(-1), after("--tag"));
else fail("docker: unknown command: docker " + command);
`;

/** Writes an executable `docker` into a folder of its own. @param images on this machine, with their platforms */
export function writeFakeDocker(
  folder: string,
  { images = {}, ...faults }: FakeDockerFaults & { readonly images?: Readonly<Record<string, string>> } = {},
): FakeDocker {
  mkdirSync(folder, { recursive: true });
  const known = Object.entries(images).map(([name, platform]) => [name, { from: name, platform }]);
  writeFileSync(join(folder, "images.json"), JSON.stringify(Object.fromEntries(known)));
  writeFileSync(join(folder, "faults.json"), JSON.stringify(faults));
  return { folder, calls: writeFakeProgram(folder, "docker", script) };
}
