import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { endOfOutput, type HostShell } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { look } from "../transport/ssh/look.js";
import { command, raw, sh } from "../transport/ssh/quoting.js";

/** The account through which the program's provider talks to the API: its own user, role and token. */
export interface TokenWish {
  readonly user: string;
  readonly token: string;
  readonly role: string;
  readonly privileges: readonly string[];
  /** Raised to have a new token made; kept in the token's comment. */
  readonly rotation: number;
}

export interface TokenFacts {
  readonly rolePrivileges: readonly string[] | undefined;
  readonly userExists: boolean;
  readonly roleGranted: boolean;
  readonly tokenExists: boolean;
  readonly privilegeSeparated: boolean;
  readonly rotation: number | undefined;
  /** Proxmox keeps it in a file that only root reads. */
  readonly value: string | undefined;
}

export type TokenStep = "add-role" | "change-role" | "add-user" | "grant" | "new-token";

const roles = z.array(z.object({ roleid: z.string(), privs: z.string().optional() }));
const users = z.array(z.object({ userid: z.string() }));
const acl = z.array(
  z.object({ path: z.string(), roleid: z.string(), ugid: z.string(), type: z.string() }),
);
const tokens = z.array(
  z.object({
    tokenid: z.string(),
    privsep: z.coerce.number().optional(),
    comment: z.string().optional(),
  }),
);

/** Prints four JSON lists, one a line, then the token's value. */
export function tokenScript(wish: TokenWish): string {
  const list = (...what: readonly string[]) =>
    raw(command("pveum", ...what, "--output-format", "json"));
  return [
    "export LC_ALL=C",
    ...["role", "user", "acl"].map((what) => sh`${list(what, "list")} || exit 1; echo`),
    // A user that is not there yet has none.
    sh`${list("user", "token", "list", wish.user)} 2>/dev/null || echo '[]'; echo`,
    sh`awk -v account=${`${wish.user}!${wish.token}`} '$1 == account { print "value", $2 }' /etc/pve/priv/token.cfg 2>/dev/null || true`,
  ].join("\n");
}

/** Reads what the script printed. */
export function parseTokenFacts(wish: TokenWish, output: string): TokenFacts {
  const lists = output
    .split("\n")
    .filter((line) => line.trim().startsWith("["))
    .map(parseJson);
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
    rotation: rotationOf(token?.comment),
    value: /^value (\S+)$/m.exec(output)?.[1],
  };
}

/** What is missing or different. */
export function planToken(wish: TokenWish, facts: TokenFacts): readonly TokenStep[] {
  const usable =
    facts.tokenExists &&
    facts.value !== undefined &&
    !facts.privilegeSeparated &&
    facts.rotation === wish.rotation;
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
    ...(usable ? [] : (["new-token"] as const)),
  ];
}

/** One script for all steps. A new token's value goes nowhere but to the file that Proxmox keeps. */
export function tokenStepsScript(wish: TokenWish, steps: readonly TokenStep[]): string {
  const privileges = wish.privileges.join(",");
  const shell: Readonly<Record<TokenStep, string>> = {
    "add-role": sh`pveum role add ${wish.role} --privs ${privileges}`,
    "change-role": sh`pveum role modify ${wish.role} --privs ${privileges} --append 0`,
    "add-user": sh`pveum user add ${wish.user} --comment 'proxmox-ha: the program itself'`,
    grant: sh`pveum acl modify / --users ${wish.user} --roles ${wish.role}`,
    "new-token": [
      sh`pveum user token remove ${wish.user} ${wish.token} >/dev/null 2>&1 || true`,
      sh`pveum user token add ${wish.user} ${wish.token} --privsep 0 --comment ${`${ROTATION} ${wish.rotation}`} >/dev/null`,
    ].join("\n"),
  };
  return ["export LC_ALL=C", "set -e", ...steps.map((step) => shell[step])].join("\n");
}

export async function observeToken(wish: TokenWish, shell: HostShell): Promise<TokenFacts> {
  const said = await look(shell, {
    script: tokenScript(wish),
    timeoutMs: 60_000,

    confidential: true,
    verb: "read the program's API account",
  });
  return parseTokenFacts(wish, said);
}

/** Takes the steps. */
export async function applyToken(
  wish: TokenWish,
  steps: readonly TokenStep[],
  shell: HostShell,
): Promise<void> {
  if (steps.length === 0) {
    return;
  }
  const result = await shell.run(tokenStepsScript(wish, steps), {
    timeoutMs: 120_000,
    repeatable: false,
    verb: "set up the program's API account",
  });
  if (result.status !== 0) {
    throw new Failure("failed", {
      tried: "setting up the program's API account",
      where: shell.node,
      cameBack: endOfOutput({ ...result, stdout: "" }),
      doNext: "Mend what is named, then run `pulumi up` again.",
    });
  }
}

const ROTATION = "proxmox-ha rotation";

function rotationOf(comment: string | undefined): number | undefined {
  const number = new RegExp(`^${ROTATION} (\\d+)$`).exec(comment ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
}

function read<T>(schema: z.ZodType<T[]>, value: unknown): T[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : [];
}
