import type { PduBmcConfig } from "../config.js";

/** net-snmp's names for what a stack file calls sha256. */
const AUTHENTICATION = { sha: "SHA", sha256: "SHA-256", sha512: "SHA-512" } as const;
const ENCRYPTION = { aes: "AES", aes256: "AES-256" } as const;

export interface SnmpAccount {
  readonly config: Pick<PduBmcConfig, "account">;
  readonly password: string;
  readonly encryptionPassword: string;
}

/** The configuration of Debian's snmpd before the tables of a unit; every node may have an account of its own. */
export function renderSnmpd(options: {
  readonly address: string;
  readonly port: number;
  readonly accounts: readonly SnmpAccount[];
  readonly columns: readonly string[];
  readonly program: string;
}): string {
  const { address, port, accounts, columns, program } = options;
  const lines = accounts.flatMap(({ config: { account }, password, encryptionPassword }) =>
    account === undefined
      ? [`rwcommunity ${quoted(password)}`]
      : [
          `createUser ${quoted(account.user)} ${AUTHENTICATION[account.authentication]} ${quoted(password)} ${ENCRYPTION[account.encryption]} ${quoted(encryptionPassword)}`,
          `rwuser ${quoted(account.user)} priv`,
        ],
  );
  return [
    `agentaddress udp:${address}:${port}`,
    // A unit of APC, which is what Debian's fence agent wants to see.
    "sysobjectid .1.3.6.1.4.1.318.1.3.4.5",
    ...new Set(lines),
    ...[...new Set(columns)].map((column) => `pass .${column} ${program}`),
    "",
  ].join("\n");
}

/**
 * The program that snmpd runs for every cell: `-g OID`, or `-s OID TYPE VALUE`. What is read lies in files, because a machine that does
 * much else takes seconds to start four programs; what is written is passed on to the process of the controllers.
 */
export function renderCellProgram(faultSocket: string, unit: string, cells: string): string {
  return `#!/bin/sh
cd ${single(cells)} || exit 1
cell="\${2#.}"
case "$1" in
-g)
  test -e "$cell" || exit 0
  { read -r kind; read -r value; } <"$cell"
  printf '%s\\n%s\\n%s\\n' "$2" "$kind" "$value"
  ;;
-s)
  exec curl --silent --show-error --fail --max-time 10 --unix-socket ${single(faultSocket)} \\
    --data-raw "{\\"oid\\":\\"$cell\\",\\"value\\":\\"$4\\"}" 'http://bmcs/units/${encodeURIComponent(unit)}/cell'
  ;;
esac
`;
}

function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoted(text: string): string {
  if (/[\r\n]/.test(text)) {
    throw new Error("snmpd can take no line ends in a password");
  }
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
