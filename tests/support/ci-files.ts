import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

// The keys are those that the platforms document; one that is not here is a slip of the finger, or needs a look into what they say of it.

const words = z.record(z.string(), z.string());
const concurrency = z.strictObject({
  group: z.string(),
  "cancel-in-progress": z.union([z.boolean(), z.string()]),
});
const step = z.strictObject({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  env: words.optional(),
  run: z.string().optional(),
});
const job = {
  if: z.string(),
  "timeout-minutes": z.number(),
  env: words.default({}),
  steps: z.array(step),
};
const common = z.object(job);
const dispatch = z.strictObject({
  inputs: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const events = z.strictObject({
  pull_request: z.null(),
  push: z.strictObject({ branches: z.array(z.string()) }).optional(),
  schedule: z.array(z.strictObject({ cron: z.string() })),
  workflow_dispatch: dispatch.nullable(),
});

const github = z.strictObject({
  name: z.string(),
  on: events,
  permissions: z.strictObject({}),
  env: words,
  jobs: z.record(
    z.string(),
    z.strictObject({
      ...job,
      needs: z.string().optional(),
      "runs-on": z.union([z.string(), z.array(z.string())]),
      environment: z.string().optional(),
      concurrency: concurrency.optional(),
      permissions: z.record(z.string(), z.enum(["read", "write"])),
    }),
  ),
});

/** It ignores `permissions` and knows no environments, and `concurrency` is for whole workflows. */
const forgejo = z.strictObject({
  name: z.string(),
  on: events,
  concurrency,
  env: words,
  jobs: z.record(
    z.string(),
    z.strictObject({
      ...job,
      needs: z.array(z.string()).optional(),
      "runs-on": z.string(),
      "enable-openid-connect": z.boolean().optional(),
    }),
  ),
});

const cache = z.strictObject({ key: z.string(), paths: z.array(z.string()) });
const rule = z.strictObject({
  if: z.string(),
  when: z.literal("manual").optional(),
  allow_failure: z.boolean().optional(),
});
const gitlabJob = z.strictObject({
  extends: z.literal(".cache").optional(),
  stage: z.string(),
  tags: z.array(z.string()).optional(),
  rules: z.array(rule),
  interruptible: z.boolean().optional(),
  environment: z.string().optional(),
  resource_group: z.string().optional(),
  timeout: z.string().optional(),
  variables: words.default({}),
  id_tokens: z.record(z.string(), z.strictObject({ aud: z.string() })).optional(),
  script: z.array(z.string()),
  after_script: z.array(z.string()).optional(),
});
const gitlab = z
  .object({
    stages: z.array(z.string()),
    variables: words,
    default: z.strictObject({ image: z.string(), before_script: z.array(z.string()) }),
    ".cache": z.strictObject({ cache }),
  })
  .catchall(gitlabJob);

const folder = path.resolve(__dirname, "..", "..", "examples", "ci");

export const PLATFORMS = ["github", "forgejo", "gitlab"] as const;
export type Platform = (typeof PLATFORMS)[number];
export const FILES: Readonly<Record<Platform, string>> = {
  github: "github.yml",
  forgejo: "forgejo.yml",
  gitlab: "gitlab-ci.yml",
};

export const textOf = (file: string): string => readFileSync(path.join(folder, file), "utf8");

export const githubFile = () => github.parse(parse(textOf(FILES.github)));
export const forgejoFile = () => forgejo.parse(parse(textOf(FILES.forgejo)));

export function gitlabFile() {
  const {
    stages,
    variables,
    default: forAll,
    ".cache": _cache,
    ...jobs
  } = gitlab.parse(parse(textOf(FILES.gitlab)));
  return { stages, variables, forAll, jobs: z.record(z.string(), gitlabJob).parse(jobs) };
}

/** What a job runs, one step after the other; `always` also behind one that has failed. */
export interface Step {
  readonly name: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly always: boolean;
}

export interface Job {
  /** Variables of the file and of the job, as they are written there. */
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const FETCH = 3;

/** The jobs of all files in one form. GitLab runs a job's lines in one shell, so they are one step. */
export function jobsOf(platform: Platform): Record<string, Job> {
  if (platform === "gitlab") {
    const { variables, forAll, jobs } = gitlabFile();
    const before = forAll.before_script;
    return Object.fromEntries(
      Object.entries(jobs).map(([name, one]) => [
        name,
        {
          env: { ...variables, ...one.variables },
          steps: [
            stepOf("program", before.slice(0, FETCH)),
            stepOf("set-up", before.slice(FETCH)),
            stepOf(name, one.script),
            ...(one.after_script === undefined ? [] : [stepOf("end", one.after_script, true)]),
          ],
        },
      ]),
    );
  }
  const file = platform === "github" ? githubFile() : forgejoFile();
  const jobs: Record<string, z.output<typeof common>> = file.jobs;
  return Object.fromEntries(
    Object.entries(jobs).map(([name, one]) => [
      name,
      {
        env: { ...file.env, ...one.env },
        steps: one.steps.flatMap(({ name: step = "", run, env = {}, if: when }) =>
          run === undefined ? [] : [{ name: step, run, env, always: when === "always()" }],
        ),
      },
    ]),
  );
}

function stepOf(name: string, lines: readonly string[], always = false): Step {
  return { name, run: lines.join("\n"), env: {}, always };
}
