import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  FILES,
  forgejoFile,
  githubFile,
  gitlabFile,
  type Job,
  jobsOf,
  PLATFORMS,
  textOf,
} from "../../support/ci-files.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");

describe("the files", () => {
  it("have the same jobs, and jobs the same words of ours, so that their logic stands once", () => {
    const all = PLATFORMS.map(jobsOf);
    for (const jobs of all) {
      expect(Object.keys(jobs).sort()).toEqual(["drift", "preview", "rehearsal", "up", "validate"]);
    }
    for (const name of Object.keys(all[0] ?? {})) {
      const [first, ...others] = all.map((jobs) => wordsOfOurs(jobs[name]));
      expect(first?.length).toBeGreaterThan(1);
      for (const other of others) {
        expect(other).toEqual(first);
      }
    }
  });

  it("name scripts and files of this repository", () => {
    const named = PLATFORMS.map((platform) => textOf(FILES[platform]))
      .join("\n")
      .matchAll(/proxmox-ha\/((?:examples|toolchain)\/[\w./-]+)/g);
    const files = new Set([...named].map(([, file = ""]) => file));
    expect(files.size).toBeGreaterThanOrEqual(5);
    expect([...files].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it("have no key that lives long, and put no expression into a shell", () => {
    for (const platform of PLATFORMS) {
      const text = textOf(FILES[platform]);
      expect(text).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)/);
      const secrets = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
      expect(new Set(secrets).size).toBeLessThanOrEqual(1);
      for (const { steps } of Object.values(jobsOf(platform))) {
        expect(steps.filter(({ run }) => run.includes("${{"))).toEqual([]);
      }
    }
  });
});

describe("at GitHub", () => {
  const { jobs, on } = githubFile();

  it("each job may do what it needs and no more", () => {
    const permissions = Object.entries(jobs).map(([name, one]) => [name, one.permissions]);
    expect(Object.fromEntries(permissions)).toEqual({
      validate: { contents: "read" },
      preview: { contents: "read", "id-token": "write", "pull-requests": "write" },
      up: { contents: "read", "id-token": "write" },
      drift: { contents: "read", "id-token": "write" },
      rehearsal: { contents: "read" },
    });
  });

  it("a fork's pull request gets no secret, no role and no machine with a way to hosts", () => {
    expect(Object.keys(on)).not.toContain("pull_request_target");
    const open = Object.entries(jobs).filter(
      ([, one]) => one.if.includes("pull_request") && !one.if.includes("head.repo.full_name =="),
    );
    expect(open.map(([name]) => name)).toEqual(["validate"]);
    expect(JSON.stringify(open)).not.toMatch(/secrets\.|vars\.|github\.token|self-hosted/);
  });

  it("one job at a time has the cluster, behind an approval where it changes something", () => {
    const { up, drift } = jobs;
    expect(up?.concurrency).toEqual({ group: "cluster", "cancel-in-progress": false });
    expect(drift?.concurrency).toEqual(up?.concurrency);
    expect(up?.environment).toBe("cluster");
    expect(jobs.preview?.concurrency?.["cancel-in-progress"]).toBe(true);
  });

  it("actions have a version, and leave no token of the repository on the disk", () => {
    for (const { steps } of [...Object.values(jobs), ...Object.values(forgejoFile().jobs)]) {
      const used = steps.filter(({ uses }) => uses !== undefined);
      expect(used.length).toBeGreaterThan(1);
      for (const { uses = "", with: inputs } of used) {
        expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
        expect(!uses.includes("checkout") || inputs?.["persist-credentials"] === false).toBe(true);
      }
    }
  });
});

describe("at Forgejo", () => {
  const { jobs, concurrency } = forgejoFile();

  it("everything but pull requests stands in one queue, and nothing in it is cancelled", () => {
    const isRequest = "forge.event_name == 'pull_request'";
    expect(concurrency).toEqual({
      group: `\${{ ${isRequest} && forge.ref || 'cluster' }}`,
      "cancel-in-progress": `\${{ ${isRequest} }}`,
    });
  });

  it("a fork's pull request gets no secret and no role, and `up` is started by hand on main", () => {
    const open = Object.entries(jobs).filter(
      ([, one]) => one.if.includes("pull_request") && !one.if.includes("head.repo.full_name =="),
    );
    expect(open.map(([name]) => name)).toEqual(["validate"]);
    expect(JSON.stringify(open)).not.toMatch(/secrets\.|vars\.|forge\.token|openid/);
    expect(jobs.up?.if).toContain("forge.event_name == 'workflow_dispatch'");
    expect(jobs.up?.if).toContain("forge.ref == 'refs/heads/main'");
    const withRole = Object.entries(jobs).filter(([, one]) => one["enable-openid-connect"]);
    expect(withRole.map(([name]) => name)).toEqual(["preview", "up", "drift"]);
  });
});

describe("at GitLab", () => {
  const { jobs, stages } = gitlabFile();

  it("one job at a time has the cluster, and `up` is started by those whom the environment allows", () => {
    const { up, drift } = jobs;
    expect(up).toMatchObject({ environment: "cluster", resource_group: "cluster" });
    expect(up?.rules.every(({ when }) => when === "manual")).toBe(true);
    expect(drift?.resource_group).toBe(up?.resource_group);
    expect([up?.interruptible, drift?.interruptible]).toEqual([false, false]);
  });

  it("a fork's merge request gets no role, and each job has a stage of the list", () => {
    const open = Object.entries(jobs).filter(([, one]) =>
      one.rules.some((rule) => rule.if.includes("merge_request") && rule.when !== "manual"),
    );
    expect(open.map(([name]) => name)).toEqual(["validate", "preview"]);
    expect(jobs.validate?.id_tokens).toBeUndefined();
    expect(jobs.preview?.rules.map((rule) => rule.if)).toEqual([
      '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID',
    ]);
    expect(Object.values(jobs).filter(({ stage }) => !stages.includes(stage))).toEqual([]);
  });
});

/** What a job calls of this repository, however the platform puts it. */
function wordsOfOurs(job: Job | undefined): string[] {
  return (job?.steps ?? []).flatMap(({ run }) =>
    run
      .split("\n")
      .flatMap((line) => /(?:node|npm|git) \S*.*proxmox-ha.*?(?= \|\||$)/.exec(line) ?? []),
  );
}
