import { closest } from "../findings/closest.js";
import { list } from "../findings/enumeration.js";
import {
  type CodeTable,
  type Draft,
  drafter,
  type Path,
  type PathSegment,
} from "../findings/finding.js";
import { type SecretRef, secretRef } from "../schema/primitives.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "secrets/no-source": {
    severity: "error",
    about: "A secret lies in the AWS parameter store, and the file does not say which one.",
  },
  "secrets/outside-prefix": {
    severity: "warning",
    about:
      "The parameter lies outside of the cluster's own path, so the cluster's role cannot read it.",
  },
  "secrets/parameter-name": {
    severity: "error",
    about: "AWS refuses the name: at most 15 levels, and none that begins with aws or ssm.",
  },
  "secrets/missing-config": {
    severity: "error",
    about: "The stack has no such encrypted config value.",
  },
  "secrets/plain-config": {
    severity: "error",
    about: "The config value is stored in clear text.",
  },
  "secrets/looks-like-secret": {
    severity: "error",
    about:
      "A text in the file looks like a private key or an access key. It would be in version control, in the state and in logs.",
  },
  "secrets/shared": {
    severity: "warning",
    about: "Two devices share one password: who learns one can switch off both.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const DEEPEST_LEVEL = 15;
/** What a secret looks like wherever it stands. A place that Proxmox, a shell or the environment fills in is no value. */
const SECRET_SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  // AWS secret keys have 40 characters of base64; names and paths of that length lack one of the three kinds.
  /(?<![A-Za-z0-9/+=_-])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])/,
  /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{20,})/,
  /\b(xox[abeoprs]-[\w-]{10,}|(sk|rk)_(live|test)_[A-Za-z0-9]{10,}|AIza[\w-]{35})/,
  /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{10,}/,
  /\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/,
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]*:(?![{$])[^\s/@]+@/i,
  /\bcurl\b.*\s(-u|--user|--proxy-user)[\s=]*["']?[^\s:"'$]+:(?!["']?[{$])\S/,
  /\b(authorization|bearer|x-api-key)["']?\s*[:=]?\s*["']?(bearer|basic|token)?\s+(?![{$])[A-Za-z0-9+/._~-]{16,}/i,
  /(password|passwd|secret|api[_-]?key|token)=["']?(?![{$\s"'])\S+/i,
  /"(password|passwd|secret|api[_-]?key|token)"\s*:\s*"(?![{$])[^"]+"/i,
];

interface Use {
  readonly reference: SecretRef;
  readonly path: Path;
}

function check(facts: Facts): Draft[] {
  const found = walk(facts.spec, []);
  return [
    ...found.uses.flatMap((use) => [...parameter(facts, use), ...configValue(facts, use)]),
    ...found.texts.map(({ path }) =>
      draft(
        "secrets/looks-like-secret",
        path,
        "This text looks like a secret.",
        "Remove it from the file (and from version control: change the secret), and name where it is: {ssm: /path} or {pulumi: key}.",
      ),
    ),
    ...shared(facts, found.uses),
  ];
}

interface Found {
  readonly uses: Use[];
  readonly texts: { readonly path: Path }[];
}

function walk(value: unknown, path: readonly PathSegment[]): Found {
  if (typeof value === "string") {
    return { uses: [], texts: SECRET_SHAPES.some((shape) => shape.test(value)) ? [{ path }] : [] };
  }
  if (typeof value !== "object" || value === null) {
    return { uses: [], texts: [] };
  }
  const keys = Object.keys(value);
  const reference =
    keys.length === 1 && ["ssm", "env", "pulumi"].includes(keys[0] ?? "")
      ? secretRef.safeParse(value)
      : undefined;
  if (reference?.success === true) {
    return { uses: [{ reference: reference.data, path }], texts: [] };
  }
  const inner = Array.isArray(value)
    ? value.map((one: unknown, index) => walk(one, [...path, index]))
    : Object.entries(value).map(([key, one]) => walk(one, [...path, key]));
  return { uses: inner.flatMap(({ uses }) => uses), texts: inner.flatMap(({ texts }) => texts) };
}

function parameter({ spec }: Facts, { reference, path }: Use): Draft[] {
  if (!("ssm" in reference)) {
    return [];
  }
  const { ssm } = spec.secrets;
  const name = reference.ssm;
  const at = [...path, "ssm"];
  if (ssm === undefined) {
    return [
      draft(
        "secrets/no-source",
        at,
        `${name} lies in the AWS parameter store, and the file names no region.`,
        "Add `secrets: {ssm: {region: us-west-2, prefix: /…}}`, or use {pulumi: key}.",
      ),
    ];
  }
  const levels = name.split("/").filter((level) => level !== "");
  const reserved = /^(aws|ssm)/i.test(levels[0] ?? "");
  return [
    ...(levels.length > DEEPEST_LEVEL || reserved
      ? [
          draft(
            "secrets/parameter-name",
            at,
            reserved
              ? `AWS keeps names that begin with ${levels[0]} for itself.`
              : `The name has ${levels.length} levels; AWS takes ${DEEPEST_LEVEL}.`,
            `Write a path below ${ssm.prefix}.`,
          ),
        ]
      : []),
    ...(name.startsWith(`${ssm.prefix}/`)
      ? []
      : [
          draft(
            "secrets/outside-prefix",
            at,
            `${name} is not below ${ssm.prefix}.`,
            `Write ${ssm.prefix}/…, or correct \`secrets.ssm.prefix\`.`,
          ),
        ]),
  ];
}

function configValue({ configKeys }: Facts, { reference, path }: Use): Draft[] {
  if (!("pulumi" in reference) || configKeys === undefined) {
    return [];
  }
  const key = reference.pulumi;
  const kind = configKeys.get(key);
  const at = [...path, "pulumi"];
  if (kind === "encrypted") {
    return [];
  }
  const meant = closest(key, [...configKeys.keys()]);
  const known = list([...configKeys.keys()]);
  return [
    kind === "plain"
      ? draft(
          "secrets/plain-config",
          at,
          `The config value ${key} stands in the stack file in clear text.`,
          `Run \`pulumi config set --secret ${key}\` and change the secret.`,
        )
      : draft(
          "secrets/missing-config",
          at,
          `The stack has no config value ${key}.`,
          meant === undefined
            ? `Run \`pulumi config set --secret ${key}\`${known === "" ? "" : `, or use one of ${known}`}.`
            : `Did you mean \`${meant}\`? Otherwise run \`pulumi config set --secret ${key}\`.`,
        ),
  ];
}

/** Nodes that one strip feeds share its account: that is one device. */
function shared({ spec }: Facts, uses: readonly Use[]): Draft[] {
  const first = new Map<string, { readonly node: string; readonly strip: string | undefined }>();
  return uses
    .filter(({ path }) => path.includes("fence"))
    .flatMap(({ reference, path }) => {
      const key = JSON.stringify(reference);
      const node = String(path[1]);
      const index = path[3] === "pdu" && typeof path[4] === "number" ? path[4] : undefined;
      const strip =
        index === undefined ? undefined : spec.nodes[node]?.fence?.pdu?.[index]?.address;
      const known = first.get(key);
      if (known === undefined) {
        first.set(key, { node, strip });
      }
      const same = known?.node === node || (strip !== undefined && known?.strip === strip);
      return known === undefined || same
        ? []
        : [
            draft(
              "secrets/shared",
              path,
              `${node} and ${known.node} have the same password for their controllers.`,
              "Give each controller a password of its own.",
            ),
          ];
    });
}

export const secrets: RuleSet = { subject: "Secrets", codes, check };
