import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { jobsOf, PLATFORMS, type Platform } from "../../support/ci-files.js";
import { Forge } from "../../support/forge.js";
import { startMoto } from "../../support/moto.js";
import { OwnNetwork } from "../../support/own-network.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const TOKEN = "token-of-the-job";
const ID_TOKEN = "id-token-of-the-job";
const AUTHORS = { github: "github-actions[bot]", forgejo: "forgejo-actions", gitlab: "bot" };

/** What does not run here: it needs the network, root, or a cluster. Everything else does. */
const NOT_HERE = ["set-up", "twin", "rehearsal", "end"];

let moto: Awaited<ReturnType<typeof startMoto>>;
let tokens: http.Server;
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ci-"));
  moto = await startMoto();
  await fetch(`${moto.url}/states`, {
    method: "PUT",
    body: "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>",
  });
  tokens = http.createServer((request, response) => {
    const asked = request.headers.authorization === `Bearer ${TOKEN}`;
    const { searchParams } = new URL(request.url ?? "", "http://tokens.example");
    const right = asked && searchParams.get("audience") === "sts.amazonaws.com";
    response.writeHead(right ? 200 : 403, { "content-type": "application/json" });
    response.end(JSON.stringify({ value: ID_TOKEN }));
  });
  await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve));
}, 90_000);
afterAll(() => {
  tokens.close();
  moto.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder in which a job of one platform runs, with the program beside the stack file. */
class Workspace {
  readonly home: string;
  readonly log: string[] = [];
  readonly forge: Forge;

  constructor(
    readonly platform: Platform,
    stackFile: string,
  ) {
    this.home = mkdtempSync(path.join(folder, `${platform}-`));
    mkdirSync(path.join(this.home, "temp"));
    writeFileSync(path.join(this.home, "Pulumi.mine.yaml"), stackFile);
    symlinkSync(ROOT, path.join(this.home, "proxmox-ha"));
    const event = { pull_request: { number: 12 } };
    writeFileSync(path.join(this.home, "temp", "event.json"), JSON.stringify(event));
    this.forge = new Forge(AUTHORS[platform], platform !== "forgejo");
  }

  /** @returns the status of the first step that failed, else 0 */
  async run(name: string, only: (step: string) => boolean = () => true): Promise<number> {
    const job = jobsOf(this.platform)[name];
    if (job === undefined) {
      throw new Error(`there is no job ${name}`);
    }
    const { PROXMOX_HA_CACHE: _elsewhere, ...own } = this.resolved(job.env);
    let env = { ...(await this.given()), ...own };
    let failed = 0;
    for (const step of job.steps.filter((one) => one.name !== "program" && only(one.name))) {
      if (NOT_HERE.includes(step.name) || (failed !== 0 && !step.always)) {
        continue;
      }
      const status = await this.shell(step.run, { ...env, ...this.resolved(step.env) });
      failed ||= status;
      env = { ...env, ...this.toldToTheRunner() };
    }
    return failed;
  }

  /** What the platform and its owner give to every job. */
  private async given(): Promise<Record<string, string>> {
    const { cacheFolder } = await import("../../../toolchain/paths.mjs");
    const temp = path.join(this.home, "temp");
    const common = {
      PATH: process.env.PATH ?? "",
      HOME: this.home,
      CI: "true",
      PROXMOX_HA_CACHE: cacheFolder(),
      AWS_ENDPOINT_URL_STS: moto.url,
      CI_TEST_PASSWORD: "nobody-asks-for-it",
    };
    if (this.platform === "gitlab") {
      return {
        ...common,
        ...VARIABLES,
        GITLAB_CI: "true",
        CI_PROJECT_DIR: this.home,
        CI_PROJECT_ID: "7",
        CI_MERGE_REQUEST_IID: "12",
        CI_API_V4_URL: this.forge.url,
        COMMENT_TOKEN: TOKEN,
        AWS_ID_TOKEN: ID_TOKEN,
        PULUMI_BACKEND_URL: backend(),
        PULUMI_CONFIG_PASSPHRASE: "of-the-team",
      };
    }
    return {
      ...common,
      ...(this.platform === "forgejo" ? { FORGEJO_ACTIONS: "true" } : {}),
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: this.forge.url,
      GITHUB_REPOSITORY: "team/cluster",
      GITHUB_EVENT_PATH: path.join(temp, "event.json"),
      GITHUB_ENV: path.join(temp, "env"),
      GITHUB_STEP_SUMMARY: path.join(temp, "summary.md"),
      RUNNER_TEMP: temp,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${urlOf(tokens)}/token?api-version=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: TOKEN,
    };
  }

  /** Expressions and variables as the platform would put them in. */
  private resolved(env: Readonly<Record<string, string>>): Record<string, string> {
    const known: Record<string, string> = { ...VARIABLES, PULUMI_BACKEND_URL: backend() };
    const filled = Object.entries(env).map(([name, value]) => [
      name,
      value
        .replace(/\$\{\{ vars\.(\w+) \}\}/g, (_, key: string) => known[key] ?? "")
        .replace(/\$\{\{ secrets\.\w+ \}\}/g, "of-the-team")
        .replace(/\$\{\{ (github|forge)\.token \}\}/g, TOKEN)
        .replace("$CI_PROJECT_DIR", this.home)
        .replace(/^\$(AWS_\w+_ROLE)$/, (_, key: string) => known[key] ?? ""),
    ]);
    return Object.fromEntries(filled);
  }

  private async shell(script: string, env: Record<string, string>): Promise<number> {
    const file = path.join(this.home, "temp", "step.sh");
    writeFileSync(file, `${script}\n`);
    chmodSync(file, 0o700);
    const network = new OwnNetwork(SILENT);
    for (const url of [moto.url, urlOf(tokens), this.forge.url]) {
      await network.letIn(url);
    }
    const [program = "", ...words] = network.around(["bash", "-e", file]);
    const child = spawn(program, words, {
      cwd: this.home,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 280_000,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => this.log.push(chunk));
    }
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (ended) => resolve(ended ?? 1));
    });
    network.stop();
    return status;
  }

  private toldToTheRunner(): Record<string, string> {
    const file = path.join(this.home, "temp", "env");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  get said(): string {
    return this.log.join("");
  }
}

const VARIABLES = {
  AWS_PREVIEW_ROLE: "arn:aws:iam::123456789012:role/cluster-preview",
  AWS_UP_ROLE: "arn:aws:iam::123456789012:role/cluster-up",
  AWS_DRIFT_ROLE: "arn:aws:iam::123456789012:role/cluster-drift",
};

function urlOf(server: http.Server): string {
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return `http://127.0.0.1:${port}`;
}

/** The state in S3, spoken as to S3. */
function backend(): string {
  const { host } = new URL(moto.url);
  return `s3://states?endpoint=${host}&disableSSL=true&s3ForcePathStyle=true&region=us-west-2`;
}

/** A cluster of which no host answers. */
const SILENT = [11, 12, 13, 21, 22, 23, 99].map((host) => `10.203.3.${host}`);
const stackFile = readFileSync(path.join(ROOT, "Pulumi.frege.yaml"), "utf8")
  .replaceAll(/\{ ssm: \/ms01[^}]*\}/g, "{ env: CI_TEST_PASSWORD }")
  .replace(/ {4}secrets:\n.*\n/, "");

async function workspace(platform: Platform, text = stackFile): Promise<Workspace> {
  const place = new Workspace(platform, text);
  await place.forge.start();
  return place;
}

it("fetches the program at its commit, and nothing beside it", async () => {
  const origin = path.join(folder, "origin");
  const place = await workspace("github");
  rmSync(path.join(place.home, "proxmox-ha"));
  const git = `git -C "$0" -c user.name=nobody -c user.email=nobody@host.example`;
  const made = `git init --quiet "$0" && echo text > "$0/file" && git -C "$0" add . && ${git} commit --quiet -m one && git -C "$0" rev-parse HEAD`;
  const commit = await output("sh", ["-c", made, origin]);
  for (const platform of PLATFORMS) {
    const step = jobsOf(platform).validate?.steps.find(({ name }) => name === "program");
    const target = mkdtempSync(path.join(folder, "fetched-"));
    await output("bash", ["-e", "-c", step?.run ?? "false"], target, {
      PROXMOX_HA_REPOSITORY: `file://${origin}`,
      PROXMOX_HA_COMMIT: commit,
    });
    expect(readFileSync(path.join(target, "proxmox-ha", "file"), "utf8")).toBe("text\n");
  }
  place.forge.stop();
});

describe.each(PLATFORMS)("the jobs of %s", (platform) => {
  it("validate says a mistake with its place and ends with 2", async () => {
    const wrong = await workspace(platform, stackFile.replace("name: ms01", "nam: ms01"));
    expect(await wrong.run("validate")).toBe(2);
    expect(wrong.said).toMatch(/Pulumi\.mine\.yaml:\d+:\d+: error/);
    wrong.forge.stop();
  });

  it("preview takes its role, asks hosts that are silent, and says so in one comment", {
    timeout: 300_000,
  }, async () => {
    const place = await workspace(platform);
    expect([await place.run("preview"), place.said]).toEqual([5, expect.any(String)]);
    const [comment, ...more] = place.forge.stored;
    expect(more).toEqual([]);
    expect(comment?.body).toContain("## `mine`: no host answered");
    expect(comment?.body).toMatch(/^### `Cluster` \(\d+\)$/m);
    expect(comment?.body).not.toContain("nobody-asks-for-it");
    if (platform !== "gitlab") {
      await place.run("preview", (step) => step === "comment");
      expect(place.forge.stored).toHaveLength(1);
    }
    const keys = path.join(
      place.home,
      platform === "gitlab" ? ".aws/credentials" : "temp/aws-credentials",
    );
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    const secret = /aws_secret_access_key = (\S+)/.exec(readFileSync(keys, "utf8"))?.[1] ?? "";
    expect(secret.length).toBeGreaterThan(10);
    expect(place.said).not.toContain(secret);
    expect(place.said).not.toContain(ID_TOKEN);
    expect(place.said).toContain("this job is arn:aws:iam::123456789012:role/cluster-preview");
    place.forge.stop();
  });
});

describe("a nightly look", () => {
  it("ends with 5 where no host answers", { timeout: 300_000 }, async () => {
    const place = await workspace("github");
    expect([await place.run("drift"), place.said]).toEqual([
      5,
      expect.stringContaining("| mine: UNREACHABLE. Whether there is drift is not known."),
    ]);
    place.forge.stop();
  });
});

describe("while another run holds the stack", () => {
  const lock = "/states/.pulumi/locks/organization/proxmox-ha/mine/held.json";
  const held = { pid: 7, username: "ci", hostname: "runner-2", timestamp: "2026-11-30T03:17:00Z" };

  beforeAll(async () => {
    // The stack itself has to be there.
    const place = await workspace("github");
    await place.run("preview", (step) => step !== "comment");
    place.forge.stop();
    await fetch(`${moto.url}${lock}`, { method: "PUT", body: JSON.stringify(held) });
  }, 300_000);
  afterAll(async () => {
    await fetch(`${moto.url}${lock}`, { method: "DELETE" });
  });

  it.each(["up", "drift"])(
    "%s is told who holds it, and waits for nobody",
    {
      timeout: 300_000,
    },
    async (name) => {
      const place = await workspace("github");
      expect([await place.run(name), place.said]).toEqual([
        1,
        expect.stringMatching(/the stack is currently locked by 1 lock\(s\)/),
      ]);
      expect(place.said).toContain("ci@runner-2");
      place.forge.stop();
    },
  );

  it("preview goes on, for it changes nothing where the state lies", {
    timeout: 300_000,
  }, async () => {
    const before = await objects();
    expect(before).toContain("<Key>.pulumi/stacks/proxmox-ha/mine.json</Key>");
    const place = await workspace("github");
    expect(await place.run("preview")).toBe(5);
    expect(await objects()).toBe(before);
    place.forge.stop();
  });
});

/** Names, times and checksums of everything in the bucket. */
async function objects(): Promise<string> {
  const answer = await fetch(`${moto.url}/states?list-type=2`);
  return await answer.text();
}

async function output(
  program: string,
  args: readonly string[],
  cwd = folder,
  env: Record<string, string> = {},
): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
  let said = "";
  let error = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    error += chunk.toString();
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) {
    throw new Error(`${program} ${args.join(" ")}: ${error}`);
  }
  return said.trim();
}
