// node aws-login.mjs: exchanges the job's OIDC token for keys of the role in AWS_ROLE_ARN that live as long as a job may, and writes them
// into a file of the job, which AWS_SHARED_CREDENTIALS_FILE names for the steps behind it. A token lives for minutes, and a run may start
// processes that ask AWS an hour later: so the exchange is made once, at the beginning.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fromWebToken } from "@aws-sdk/credential-providers";
import { z } from "zod";
import { ended, say } from "./job-log.mjs";

const audience = "sts.amazonaws.com";
const deadlineMs = 30_000;
const answer = z.object({ value: z.string() });

await ended(async () => {
  const { env } = process;
  const roleArn = needed(
    "AWS_ROLE_ARN",
    "the role that this job may take, such as arn:aws:iam::123456789012:role/cluster-preview",
  );
  const region = needed("AWS_REGION", "the region whose token service is asked");
  const file = path.resolve(
    env.AWS_SHARED_CREDENTIALS_FILE ||
      path.join(needed("RUNNER_TEMP", "a folder of this job"), "aws-credentials"),
  );
  const durationSeconds = secondsIn(env.AWS_ROLE_SECONDS || "3600");
  const keys = await fromWebToken({
    roleArn,
    roleSessionName: "proxmox-ha",
    durationSeconds,
    webIdentityToken: await tokenOf(env),
    clientConfig: { region },
  })();
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lines = [
    "[default]",
    `aws_access_key_id = ${keys.accessKeyId}`,
    `aws_secret_access_key = ${keys.secretAccessKey}`,
    `aws_session_token = ${keys.sessionToken ?? ""}`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  if (env.GITHUB_ENV) appendFileSync(env.GITHUB_ENV, `AWS_SHARED_CREDENTIALS_FILE=${file}\n`);
  say([`this job is ${roleArn} until ${keys.expiration?.toISOString() ?? "its keys end"}`]);
  return 0;
});

/**
 * @param {string} name
 * @param {string} meaning
 */
function needed(name, meaning) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: ${meaning}.`);
  return value;
}

/** @param {string} text */
function secondsIn(text) {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200)
    throw new Error(`AWS_ROLE_SECONDS is ${text}. Write whole seconds from 900 to 43200.`);
  return seconds;
}

/**
 * GitLab puts the token into the environment; GitHub and Forgejo give it to a job that is allowed to ask.
 * @param {NodeJS.ProcessEnv} env
 */
async function tokenOf(env) {
  if (env.AWS_ID_TOKEN) return env.AWS_ID_TOKEN;
  const url = needed(
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "this job may not ask for an OIDC token; docs/ci.md says what allows it",
  );
  const bearer = needed("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "this job may not ask for an OIDC token");
  const target = new URL(url);
  target.searchParams.set("audience", audience);
  const reply = await fetch(target, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!reply.ok) throw new Error(`${target.host} gave no OIDC token: it answered ${reply.status}.`);
  return answer.parse(await reply.json()).value;
}
