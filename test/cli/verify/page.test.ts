import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkPage } from "../../../cli/verify/checks/page.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { servePortal } from "./portal-server.ts";

const config = readConfig("staging", { verify: { page: { path: "/", loadsWithinSeconds: 60 } } });
const hasBrowser =
  process.env["CHROMIUM_PATH"] !== undefined || existsSync("/usr/bin/chromium") || existsSync("/usr/bin/google-chrome");
const environment = process.env["CHROMIUM_PATH"] === undefined ? {} : { CHROMIUM_PATH: process.env["CHROMIUM_PATH"] };

describe.skipIf(!hasBrowser)("the frontend's page in a real browser", () => {
  /** Opens a page whose script is this. Every host is the server on loopback. */
  async function open(script: string, over: { readonly page?: string } = {}) {
    const page = `<!doctype html><title>Portal</title><script>${script}</script>`;
    const { httpsPort } = await servePortal({ page, ...over });
    const words = [`--host-resolver-rules=MAP * 127.0.0.1:${httpsPort}`, "--ignore-certificate-errors"];
    return await checkPage({ config, environment }, "public", words);
  }

  it("passes where it loads and calls this stage's API", async () => {
    expect(await open("fetch('https://api.staging.celebrant-portal.com/ready')")).toMatchObject({
      result: "pass",
      found: expect.stringMatching(/loaded in \d+\.\d s and calls https:\/\/api\.staging\.celebrant-portal\.com$/),
    });
  });

  it("waits a little after it has loaded", async () => {
    const later = "setTimeout(() => fetch('https://api.staging.celebrant-portal.com/ready'), 300)";
    expect(await open(`addEventListener('load', () => ${later})`)).toMatchObject({ result: "pass" });
  });

  it("fails where it calls another stage's API", async () => {
    expect(await open("fetch('https://api.celebrant-portal.com/ready')")).toMatchObject({
      result: "fail",
      found:
        "https://staging.celebrant-portal.com/ does not call https://api.staging.celebrant-portal.com. It calls https://api.celebrant-portal.com",
    });
  });

  it("fails where its script ends in an error", async () => {
    const script = "fetch('https://api.staging.celebrant-portal.com/ready'); throw new Error('no window');";
    expect(await open(script)).toMatchObject({
      result: "fail",
      found: expect.stringMatching(/with an error: no window$/),
    });
  });
});

describe("the frontend's page", () => {
  it("is not checked without a browser, which is no pass", async () => {
    const finding = await checkPage({ config, environment: { CHROMIUM_PATH: "/nowhere/chromium" } }, "public");
    expect(finding).toMatchObject({ result: "not checked", found: "there is no Chromium here" });
  });

  it("is not applicable on the candidate's host, and where config names none", async () => {
    expect(await checkPage({ config, environment: {} }, "candidate")).toMatchObject({ result: "not applicable" });
    const without = { config: readConfig("staging"), environment: {} };
    expect(await checkPage(without, "public")).toMatchObject({ found: "config has no verify.page" });
  });
});
