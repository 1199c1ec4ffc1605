import { readFileSync } from "node:fs";
import { z } from "zod";

const deadlineMs = 30_000;
const perPage = 100;
const mostPages = 50;

/**
 * Where comments of one pull request are, and who this job is there. The list's URL also takes new ones.
 * @typedef {{
 *   list: string,
 *   one: (id: number) => string,
 *   change: "PATCH" | "PUT",
 *   headers: Record<string, string>,
 *   author: string,
 * }} Place
 */

const event = z.object({ pull_request: z.object({ number: z.number() }) });
const comment = z.object({
  id: z.number(),
  body: z.string().nullable(),
  user: z.object({ login: z.string() }).nullish(),
  author: z.object({ username: z.string() }).nullish(),
});
const account = z.object({ username: z.string() });

/** @param {NodeJS.ProcessEnv} env */
export async function commentsOfThisJob(env) {
  return new Comments(env.GITLAB_CI ? await gitlab(env) : githubOrForgejo(env));
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function needed(env, name) {
  const value = env[name];
  if (!value)
    throw new Error(
      `${name} is not set. It needs a job of a pull request, and docs/ci.md says who sets it.`,
    );
  return value;
}

/**
 * Both have the same paths and variables; what differs is who the job's own token writes as.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Place}
 */
function githubOrForgejo(env) {
  const file = needed(env, "GITHUB_EVENT_PATH");
  const { pull_request: request } = shaped(event, JSON.parse(readFileSync(file, "utf8")), file);
  const issues = `${needed(env, "GITHUB_API_URL")}/repos/${needed(env, "GITHUB_REPOSITORY")}/issues`;
  return {
    list: `${issues}/${request.number}/comments`,
    one: (id) => `${issues}/comments/${id}`,
    change: "PATCH",
    headers: { authorization: `Bearer ${needed(env, "COMMENT_TOKEN")}` },
    author: env.COMMENT_AUTHOR || (env.FORGEJO_ACTIONS ? "forgejo-actions" : "github-actions[bot]"),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Place>}
 */
async function gitlab(env) {
  const api = needed(env, "CI_API_V4_URL");
  const request = `${needed(env, "CI_PROJECT_ID")}/merge_requests/${needed(env, "CI_MERGE_REQUEST_IID")}`;
  const list = `${api}/projects/${request}/notes`;
  const headers = { "private-token": needed(env, "COMMENT_TOKEN") };
  const { username } = shaped(account, await asked(`${api}/user`, { headers }), "GET /user");
  return { list, one: (id) => `${list}/${id}`, change: "PUT", headers, author: username };
}

/** The comments of one pull request. */
class Comments {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
  }

  /**
   * Changes the comment of this job that begins with the same line, or writes the first one.
   * @param {string} body
   * @returns {Promise<string>} what was done
   */
  async put(body) {
    const mark = body.split("\n", 1)[0] ?? "";
    const { list, one, change, headers } = this.place;
    const mine = await this.withMark(mark);
    const sent = {
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ body }),
    };
    if (mine === undefined) {
      await asked(list, { ...sent, method: "POST" });
      return "the comment was written";
    }
    await asked(one(mine), { ...sent, method: change });
    return "the comment was brought up to date";
  }

  /**
   * Somebody else's comment with the same mark is not this job's: whoever wrote it could change it again, unseen.
   * @param {string} mark
   * @returns {Promise<number | undefined>}
   */
  async withMark(mark) {
    const { list, headers, author } = this.place;
    const seen = new Set();
    for (let page = 1; page <= mostPages; page++) {
      const url = `${list}?per_page=${perPage}&page=${page}`;
      const some = shaped(z.array(comment), await asked(url, { headers }), `GET ${list}`);
      // Forgejo gives all of them for any page.
      const news = some.filter(({ id }) => !seen.has(id));
      const mine = news.find(
        (one) => (one.user?.login ?? one.author?.username) === author && one.body?.startsWith(mark),
      );
      if (mine !== undefined) return mine.id;
      if (news.length < perPage) return undefined;
      for (const { id } of news) seen.add(id);
    }
    return undefined;
  }
}

/**
 * @template Content
 * @param {z.ZodType<Content>} schema
 * @param {unknown} content
 * @param {string} where
 */
function shaped(schema, content, where) {
  const { data, error } = schema.safeParse(content);
  if (error) {
    const at = error.issues[0]?.path.join(".") ?? "";
    throw new Error(
      `${where} has another shape than expected at "${at}": is this a job of a pull request, on this platform?`,
    );
  }
  return data;
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @returns {Promise<unknown>}
 */
async function asked(url, request) {
  const { method = "GET" } = request;
  const where = `${method} ${new URL(url).pathname}`;
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(deadlineMs) }).catch(
    (error) => {
      throw new Error(
        `${where}: ${new URL(url).host} does not answer: ${error.cause?.message ?? error.message}`,
      );
    },
  );
  if (!answer.ok) {
    throw new Error(
      `${where}: ${new URL(url).host} answered ${answer.status}. COMMENT_TOKEN has to be one that may write comments of pull requests.`,
    );
  }
  return await answer.json();
}
