import { z } from "zod";
import { CEPH } from "../../shell/ceph.js";
import { parsed } from "../../transport/pvesh/calls.js";
import { look, type Part } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";
import { askCeph } from "../ceph-command.js";

export const MANAGERS = askCeph(["mgr", "dump"], z.object({ active_name: z.string() }));

const found = z.object({
  fingerprint: z.string(),
  /** Whether the key is its own. */
  fits: z.boolean(),
  /** Whether it still holds in a month. */
  lasts: z.boolean(),
});
export type FoundCertificate = z.output<typeof found>;

const certificate = z.object({ found: found.optional() });

/** The key never leaves the host: what of it can be told to everybody is compared there. */
export const CERTIFICATE: Part<FoundCertificate | undefined> = look(
  "the certificate of Ceph's page",
  [
    "(",
    "there() {",
    sh`  ${CEPH} config-key exists "$1" > /dev/null 2>&1 < /dev/null; status=$?`,
    '  case $status in 0 | 2) return "$status" ;; *) echo "the monitors do not tell whether there is a $1" >&2; exit 1 ;; esac',
    "}",
    "folder=$(mktemp -d -p /run) || exit",
    "trap 'rm -rf \"$folder\"' EXIT",
    "there mgr/dashboard/crt || { echo '{}'; exit 0; }",
    sh`${CEPH} config-key get mgr/dashboard/crt > "$folder/crt" < /dev/null || exit`,
    "fits=false",
    "if there mgr/dashboard/key; then",
    sh`  own=$(${CEPH} config-key get mgr/dashboard/key < /dev/null | openssl pkey -pubout 2> /dev/null)`,
    '  test -n "$own" && test "$own" = "$(openssl x509 -in "$folder/crt" -noout -pubkey 2> /dev/null)" && fits=true',
    "fi",
    "lasts=false",
    'openssl x509 -in "$folder/crt" -noout -checkend 2592000 > /dev/null 2>&1 && lasts=true',
    'print=$(openssl x509 -in "$folder/crt" -noout -fingerprint -sha256 2> /dev/null | cut -d= -f2)',
    `printf '{"found":{"fingerprint":"%s","fits":%s,"lasts":%s}}\\n' "$print" "$fits" "$lasts"`,
    ")",
  ].join("\n"),
  (text) => parsed(certificate, text).found,
);

/**
 * Reads a line for each user: name, tab, and the password that is wanted or nothing. Ceph keeps a digest that libcrypt knows, and
 * neither leaves the host.
 */
const COMPARE = `use strict; use JSON::PP;
my @ceph = @ARGV; my %said;
while (my $line = <STDIN>) {
  chomp $line;
  my ($name, $password) = split /\\t/, $line, 2;
  open(my $out, "-|", @ceph, "dashboard", "ac-user-show", $name) or die "no ceph: $!\\n";
  my $text = do { local $/; <$out> } // "";
  close $out;
  my $status = $? >> 8;
  if ($status == 2) { $said{$name} = { state => "absent" }; next }
  if ($status == 22 || $status == 95) { $said{$name} = { state => "unanswered" }; next }
  die "ceph dashboard ac-user-show $name ended with $status\\n" if $status;
  my $user = decode_json($text);
  my $kept = $user->{password} // "";
  my $same = !defined $password || $password eq "" ? "not compared"
    : (crypt($password, $kept) // "") eq $kept ? "same" : "different";
  $said{$name} = { state => "there", roles => $user->{roles} // [], password => $same,
    enabled => $user->{enabled} ? JSON::PP::true : JSON::PP::false };
}
print encode_json(\\%said);`;

const foundUser = z.discriminatedUnion("state", [
  z.object({ state: z.literal("absent") }),
  /** The page does not run, so it tells nothing. */
  z.object({ state: z.literal("unanswered") }),
  z.object({
    state: z.literal("there"),
    roles: z.array(z.string()),
    enabled: z.boolean(),
    password: z.enum(["same", "different", "not compared"]),
  }),
]);
export type FoundUser = z.output<typeof foundUser>;

export const USERS = look("the users of Ceph's page", sh`perl -e ${COMPARE} -- ${CEPH}`, (text) =>
  parsed(z.record(z.string(), foundUser), text),
);

/** What `USERS` reads. Without values it only looks. */
export function userLines(
  names: readonly string[],
  passwords: Readonly<Record<string, string>>,
): Buffer {
  return Buffer.from(names.map((name) => `${name}\t${passwords[name] ?? ""}\n`).join(""));
}
