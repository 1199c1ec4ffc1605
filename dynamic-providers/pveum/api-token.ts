import { z } from "zod";
import { type HostShell, lastWords, StepFailure } from "../host/shell.js";

/** The account through which the program's provider talks to the API: its own user, role and token. */
export interface TokenWish {
  readonly user: string;
  readonly token: string;
  readonly role: string;
  readonly privileges: readonly string[];
}

export interface TokenFacts {
  readonly rolePrivileges: readonly string[] | undefined;
  readonly userExists: boolean;
  readonly roleGranted: boolean;
  readonly tokenExists: boolean;
  readonly privilegeSeparated: boolean;
}

export type TokenStep = "add-role" | "change-role" | "add-user" | "grant" | "new-token";

const roles = z.array(z.object({ roleid: z.string(), privs: z.string().optional() }));
const users = z.array(z.object({ userid: z.string() }));
const acl = z.array(
  z.object({ path: z.string(), roleid: z.string(), ugid: z.string(), type: z.string() }),
);
const tokens = z.array(z.object({ tokenid: z.string(), privsep: z.coerce.number().optional() }));

/** Prints four JSON lists, one a line. */
export function tokenScript(wish: TokenWish): string {
  const list = (what: string): string =>
    `pveum ${what} --output-format json 2>/dev/null || echo '[]'`;
  return [
    "export LC_ALL=C",
    `${list("role list")}; echo`,
    `${list("user list")}; echo`,
    `${list("acl list")}; echo`,
    `${list(`user token list ${wish.user}`)}; echo`,
  ].join("\n");
}

/** Reads the four lists. */
export function parseTokenFacts(wish: TokenWish, output: string): TokenFacts {
  const lists = output
    .split("\n")
    .filter((line) => line.trim().startsWith("["))
    .map(json);
  const role = read(roles, lists[0]).find(({ roleid }) => roleid === wish.role);
  const token = read(tokens, lists[3]).find(({ tokenid }) => tokenid === wish.token);
  return {
    rolePrivileges: role?.privs?.split(/[,\s]+/).filter((privilege) => privilege !== ""),
    userExists: read(users, lists[1]).some(({ userid }) => userid === wish.user),
    roleGranted: read(acl, lists[2]).some(
      (entry) => entry.path === "/" && entry.roleid === wish.role && entry.ugid === wish.user,
    ),
    tokenExists: token !== undefined,
    privilegeSeparated: token?.privsep === 1,
  };
}

/** What is missing. A token's value is shown once only, so one whose value is not known is made anew. */
export function planToken(
  wish: TokenWish,
  facts: TokenFacts,
  value: "known" | "unknown",
): readonly TokenStep[] {
  const same =
    facts.rolePrivileges !== undefined &&
    [...facts.rolePrivileges].sort().join() === [...wish.privileges].sort().join();
  return [
    ...(facts.rolePrivileges === undefined
      ? (["add-role"] as const)
      : same
        ? []
        : (["change-role"] as const)),
    ...(facts.userExists ? [] : (["add-user"] as const)),
    ...(facts.roleGranted ? [] : (["grant"] as const)),
    ...(facts.tokenExists && value === "known" && !facts.privilegeSeparated
      ? []
      : (["new-token"] as const)),
  ];
}

/** One script for all steps; the last line is the new token's answer when one was made. */
export function tokenStepsScript(wish: TokenWish, steps: readonly TokenStep[]): string {
  const privileges = wish.privileges.join(",");
  const command: Readonly<Record<TokenStep, string>> = {
    "add-role": `pveum role add ${wish.role} --privs ${privileges}`,
    "change-role": `pveum role modify ${wish.role} --privs ${privileges} --append 0`,
    "add-user": `pveum user add ${wish.user} --comment 'proxmox-ha: the program itself'`,
    grant: `pveum acl modify / --users ${wish.user} --roles ${wish.role}`,
    "new-token": [
      `pveum user token remove ${wish.user} ${wish.token} >/dev/null 2>&1 || true`,
      `pveum user token add ${wish.user} ${wish.token} --privsep 0 --output-format json`,
    ].join("\n"),
  };
  return ["export LC_ALL=C", "set -e", ...steps.map((step) => command[step])].join("\n");
}

const created = z.object({ "full-tokenid": z.string(), value: z.string().min(1) });

/** The value of a token that was just made; undefined when the output holds none. */
export function parseTokenValue(output: string): string | undefined {
  for (const line of output.trim().split("\n").reverse()) {
    const parsed = created.safeParse(json(line));
    if (parsed.success) {
      return parsed.data.value;
    }
  }
  return undefined;
}

export async function observeToken(wish: TokenWish, shell: HostShell): Promise<TokenFacts> {
  const result = await shell.run(tokenScript(wish), {
    timeoutMs: 60_000,
    repeatable: true,
    verb: "read the program's API account",
  });
  return parseTokenFacts(wish, result.stdout);
}

/** Takes the steps and returns the value of a new token, if one was made. Nothing of it is ever logged. */
export async function applyToken(
  wish: TokenWish,
  steps: readonly TokenStep[],
  shell: HostShell,
): Promise<string | undefined> {
  if (steps.length === 0) {
    return undefined;
  }
  const result = await shell.run(tokenStepsScript(wish, steps), {
    timeoutMs: 120_000,
    // Repeating is safe: each step looks or replaces, and a token made twice is simply the second one.
    repeatable: false,
    verb: "set up the program's API account",
  });
  const value = parseTokenValue(result.stdout);
  if (result.status !== 0 || (steps.includes("new-token") && value === undefined)) {
    throw new StepFailure(
      "setting up the program's API account",
      shell.node,
      // The output may hold the token's value: only the error stream is shown.
      lastWords({ ...result, stdout: "" }),
      "Mend what is named, then run `pulumi up` again.",
    );
  }
  return value;
}

function read<T>(schema: z.ZodType<T[]>, value: unknown): T[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : [];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
