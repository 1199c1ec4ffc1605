import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { commentsOfThisJob } from "../../../examples/ci/comments.mjs";
import { Forge } from "../../support/forge.js";

const MARK = "<!-- proxmox-ha preview frege -->";
const TOKEN = "s3cret-of-the-job";

const PLATFORMS = {
  github: (url: string, event: string) => ({
    forge: "github-actions[bot]",
    env: { GITHUB_API_URL: url, GITHUB_REPOSITORY: "team/cluster", GITHUB_EVENT_PATH: event },
  }),
  forgejo: (url: string, event: string) => ({
    forge: "forgejo-actions",
    env: {
      FORGEJO_ACTIONS: "true",
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: "team/cluster",
      GITHUB_EVENT_PATH: event,
    },
  }),
  gitlab: (url: string) => ({
    forge: "project_7_bot",
    env: {
      GITLAB_CI: "true",
      CI_API_V4_URL: url,
      CI_PROJECT_ID: "7",
      CI_MERGE_REQUEST_IID: "12",
    },
  }),
};
const names = z.enum(["github", "forgejo", "gitlab"]).options;

let folder = "";
let event = "";
let forge: Forge;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "comments-"));
  event = path.join(folder, "event.json");
  writeFileSync(event, JSON.stringify({ pull_request: { number: 12 } }));
});
afterEach(() => {
  forge.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function forgeOf(name: (typeof names)[number]) {
  forge = new Forge(PLATFORMS[name]("", "").forge, name !== "forgejo");
  await forge.start();
  return { ...PLATFORMS[name](forge.url, event).env, COMMENT_TOKEN: TOKEN };
}

describe.each(names)("the comment at %s", (name) => {
  it("is written once and then brought up to date, behind any number of others", async () => {
    const env = await forgeOf(name);
    for (let id = 1; id <= 230; id++) {
      forge.stored.push({ id, body: `opinion ${id}`, by: "somebody" });
    }
    const first = await commentsOfThisJob(env);
    expect(await first.put(`${MARK}\none`)).toContain("written");
    const second = await commentsOfThisJob(env);
    expect(await second.put(`${MARK}\ntwo`)).toContain("up to date");
    expect(forge.stored).toHaveLength(231);
    expect(forge.stored.at(-1)?.body).toBe(`${MARK}\ntwo`);
    expect([...forge.tokens].every((token) => token?.endsWith(TOKEN))).toBe(true);
  });

  it("is not somebody else's with the same mark, who could change it unseen", async () => {
    const env = await forgeOf(name);
    forge.stored.push({ id: 1, body: `${MARK}\nnothing to do`, by: "somebody" });
    await (await commentsOfThisJob(env)).put(`${MARK}\ntwo`);
    expect(forge.stored.map(({ body }) => body)).toEqual([
      `${MARK}\nnothing to do`,
      `${MARK}\ntwo`,
    ]);
  });

  it("that is refused says where and what it needs, and no token", async () => {
    const env = await forgeOf(name);
    forge.refusal = 403;
    const refused = commentsOfThisJob(env).then((comments) => comments.put(MARK));
    await expect(refused).rejects.toThrow(/answered 403\. COMMENT_TOKEN has to be one that may/);
    await expect(refused).rejects.not.toThrow(TOKEN);
  });

  it("names the variable that a job lacks", async () => {
    const env = await forgeOf(name);
    for (const [variable] of Object.entries(env).filter(
      ([key]) => !/^(GITLAB_CI|FORGEJO_ACTIONS)$/.test(key),
    )) {
      const without = { ...env, [variable]: "" };
      await expect(commentsOfThisJob(without).then((one) => one.put(MARK))).rejects.toThrow(
        `${variable} is not set`,
      );
    }
  });
});

it("of a job that is no pull request's says so", async () => {
  const env = await forgeOf("github");
  writeFileSync(event, JSON.stringify({ ref: "refs/heads/main" }));
  await expect(commentsOfThisJob(env)).rejects.toThrow("is this a job of a pull request");
});
