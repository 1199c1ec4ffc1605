import { type RunningTwin, start } from "../../testing/index.js";
import { type AmtAccess, readIdentity, readPower } from "./amt.js";

/** What a management controller says to a client that shares no code with it. */
export interface BmcLook {
  readonly power: "on" | "off" | "refused" | "busy" | "none";
  /** In its usual notation; nothing when the device does not tell. */
  readonly uuid?: string | undefined;
  readonly certificate?: "valid" | "expired" | undefined;
}

export interface BmcProbe {
  readonly node: string;
  look(): Promise<BmcLook>;
}

/** Each fault of a controller with what is different then; the rest stays as it was. */
export const BMC_FAULTS: readonly {
  readonly words: readonly string[];
  readonly effect: Partial<BmcLook>;
}[] = [
  { words: ["hang"], effect: { power: "none" } },
  { words: ["dead"], effect: { power: "none" } },
  { words: ["lies", "says=off"], effect: { power: "off" } },
  { words: ["refuses-login"], effect: { power: "refused" } },
  { words: ["changed-password"], effect: { power: "refused" } },
  { words: ["rate-limit"], effect: { power: "busy" } },
  { words: ["expired-certificate"], effect: { certificate: "expired" } },
  {
    words: ["wrong-identity"],
    effect: { uuid: "5714a6e4-0000-4000-8000-00000000bad0" },
  },
];

export function amtAccessOf(twin: RunningTwin, node: "frege" | "russell"): AmtAccess {
  return {
    prefix: twin.controller,
    address: node === "frege" ? "10.203.3.21" : "10.203.3.22",
    user: "admin",
    password: twin.secretAt(`ssm:/ms01/amt/${node}`),
  };
}

export function amtOf(twin: RunningTwin, node: "frege" | "russell"): BmcProbe {
  const access = amtAccessOf(twin, node);
  return {
    node,
    look: async () => {
      const [power, identity, certificate] = await Promise.all([
        readPower(access),
        readIdentity(access),
        certificateOf(access.prefix, `${access.address}:16993`),
      ]);
      const [, state] = /PowerState>(\d+)</.exec(power.stdout) ?? [];
      const [, guid = ""] = /PlatformGUID>([0-9A-Fa-f]{32})</.exec(identity.stdout) ?? [];
      const word = state === "2" ? "on" : state === "8" ? "off" : undefined;
      return { power: word ?? refusal(power.stdout), uuid: smbios(guid), certificate };
    },
  };
}

/** What curl's status line tells of an answer that is none of the power. */
export function refusal(text: string): "refused" | "busy" | "none" {
  if (text.includes("status=401")) return "refused";
  return /status=(429|503)/.test(text) ? "busy" : "none";
}

/** The first three groups of a UUID are written backwards where firmware tells it. */
function smbios(hex: string): string | undefined {
  if (hex === "") return undefined;
  const backwards = (from: number, to: number) =>
    (hex.slice(from, to).match(/../g) ?? []).reverse().join("");
  const groups = [
    backwards(0, 8),
    backwards(8, 12),
    backwards(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  return groups.join("-").toLowerCase();
}

/** Whether what a TLS server shows is still valid; nothing when it shows none. */
export async function certificateOf(
  prefix: readonly string[],
  door: string,
): Promise<BmcLook["certificate"]> {
  const ask = `timeout 5 openssl s_client -connect ${door} </dev/null 2>/dev/null`;
  const { stdout } = await start(
    [...prefix, "sh", "-c", `${ask} | openssl x509 -noout -enddate 2>/dev/null`],
    { deadlineMs: 20_000 },
  ).finished;
  const ends = new Date(stdout.trim().replace("notAfter=", "")).getTime();
  if (Number.isNaN(ends)) return undefined;
  return ends > Date.now() ? "valid" : "expired";
}
