import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "notifications/unknown-target": {
    severity: "error",
    about: "A matcher sends notifications to a target that does not exist, and Proxmox refuses it.",
  },
  "notifications/one-name-twice": {
    severity: "error",
    about: "Targets and matchers share one set of names, so Proxmox refuses the second.",
  },
  "notifications/no-recipient": {
    severity: "error",
    about: "A target that sends mail names nobody who gets it, and Proxmox refuses it.",
  },
  "notifications/half-a-login": {
    severity: "error",
    about:
      "Proxmox logs in to a mail server with an account and its password; one alone does nothing.",
  },
  "notifications/password-in-clear": {
    severity: "warning",
    about: "The password of the mail account crosses the network in clear.",
  },
  "notifications/plain-http": {
    severity: "warning",
    about:
      "The address begins with http://, so the token, the secrets and what is told cross the network in clear. Where that network is yours alone, acknowledge it.",
  },
  "notifications/unknown-secret": {
    severity: "error",
    about: "A text uses a secret that the target does not have: every notification would fail.",
  },
  "notifications/plain-credential": {
    severity: "error",
    about:
      "A header that carries a credential has it in clear: it would be in version control, in the state and in a file that more than root may read.",
  },
  "notifications/webhook-needs-8-3": {
    severity: "warning",
    about: "Proxmox VE knows targets that call a web address since 8.3.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Comes with every installation. */
const BUILT_IN_TARGET = "mail-to-root";
const KINDS = ["mail", "smtp", "gotify", "webhook"] as const;
const HERE = ["datacenter", "notifications"] as const;
const CREDENTIAL_HEADER = /^(authorization|proxy-authorization|cookie|.*(token|key|secret))$/i;
const USED_SECRET = /\{\{\{?[^}]*?\bsecrets\.([A-Za-z0-9_-]+)/g;

function check(facts: Facts): Draft[] {
  return [
    ...unknownTargets(facts),
    ...names(facts),
    ...mailServers(facts),
    ...plainAddresses(facts),
    ...webhooks(facts),
  ];
}

function unknownTargets({ spec }: Facts): Draft[] {
  const { notifications } = spec.datacenter;
  const known = [...KINDS.flatMap((kind) => Object.keys(notifications[kind])), BUILT_IN_TARGET];
  return Object.entries(notifications.matchers).flatMap(([name, { targets }]) =>
    targets.flatMap((target, index) =>
      known.includes(target)
        ? []
        : [
            draft(
              "notifications/unknown-target",
              [...HERE, "matchers", name, "targets", index],
              `There is no target ${target}.`,
              `Write one of ${list(known)}, or declare it under \`notifications.mail\`, \`smtp\`, \`gotify\` or \`webhook\`.`,
            ),
          ],
    ),
  );
}

function names({ spec }: Facts): Draft[] {
  const { notifications } = spec.datacenter;
  const taken = new Map<string, string>();
  return [...KINDS, "matchers" as const].flatMap((kind) =>
    Object.keys(notifications[kind]).flatMap((name) => {
      const first = taken.get(name);
      if (first === undefined) {
        taken.set(name, kind);
        return [];
      }
      return [
        draft(
          "notifications/one-name-twice",
          [...HERE, kind, name],
          `${name} is the name of one under \`${first}\` already.`,
          `Give this one another name, such as ${name}-${kind}.`,
          { atKey: true },
        ),
      ];
    }),
  );
}

function mailServers({ spec }: Facts): Draft[] {
  return Object.entries(spec.datacenter.notifications.smtp).flatMap(([name, target]) => {
    const at = [...HERE, "smtp", name];
    const { username, password, mode, to, toUsers } = target;
    return [
      ...(to.length === 0 && toUsers.length === 0
        ? [
            draft(
              "notifications/no-recipient",
              at,
              `Nobody gets the mails of ${name}.`,
              "Write addresses under `to`, or users of Proxmox under `toUsers`, such as [root@pam].",
              { atKey: true },
            ),
          ]
        : []),
      ...((username === undefined) === (password === undefined)
        ? []
        : [
            draft(
              "notifications/half-a-login",
              [...at, username === undefined ? "password" : "username"],
              username === undefined
                ? `${name} has a password and no account to log in with.`
                : `${name} has an account and no password.`,
              username === undefined
                ? "Write `username` too, or leave `password` out."
                : "Write `password: {ssm: /path}` too, or leave `username` out.",
              { atKey: true },
            ),
          ]),
      ...(password !== undefined && mode === "insecure"
        ? [
            draft(
              "notifications/password-in-clear",
              [...at, "mode"],
              `The password of ${name} is sent without encryption.`,
              "Write `mode: tls` or `mode: starttls`.",
            ),
          ]
        : []),
    ];
  });
}

/** A Gotify server without TLS is common at home, so this is a warning that can be acknowledged, like a mail server without. */
function plainAddresses({ spec }: Facts): Draft[] {
  const { gotify, webhook } = spec.datacenter.notifications;
  const addresses = [
    ...Object.entries(gotify).map(
      ([name, { server }]) => [["gotify", name, "server"], server, "Its token and what"] as const,
    ),
    ...Object.entries(webhook).map(
      ([name, { url, secrets }]) =>
        [
          ["webhook", name, "url"],
          url,
          Object.keys(secrets).length === 0 ? "What" : "Its secrets and what",
        ] as const,
    ),
  ];
  return addresses.flatMap(([path, address, crossing]) =>
    address.startsWith("http://")
      ? [
          draft(
            "notifications/plain-http",
            [...HERE, ...path],
            `${crossing} is told to ${path[1]} cross the network in clear.`,
            `Write an address with https://; on a network that is yours alone, \`acknowledged: [notifications/plain-http]\`.`,
          ),
        ]
      : [],
  );
}

function webhooks({ spec }: Facts): Draft[] {
  return Object.entries(spec.datacenter.notifications.webhook).flatMap(([name, target]) => {
    const at = [...HERE, "webhook", name];
    const texts: readonly (readonly [readonly string[], string])[] = [
      [["url"], target.url],
      ...(target.body === undefined ? [] : [[["body"], target.body] as const]),
      ...Object.entries(target.headers).map(([key, text]) => [["headers", key], text] as const),
    ];
    const unknown = texts.flatMap(([path, text]) =>
      [...text.matchAll(USED_SECRET)].flatMap(([, used = ""]) =>
        target.secrets[used] === undefined
          ? [
              draft(
                "notifications/unknown-secret",
                [...at, ...path],
                `${name} has no secret ${used}.`,
                `Write \`secrets: {${used}: {ssm: /path}}\` there, or use the name of one that it has.`,
              ),
            ]
          : [],
      ),
    );
    const plain = Object.entries(target.headers).flatMap(([key, text]) =>
      CREDENTIAL_HEADER.test(key) && !text.includes("{{")
        ? [
            draft(
              "notifications/plain-credential",
              [...at, "headers", key],
              `The header ${key} seems to carry a credential in clear.`,
              "Write `{{ secrets.token }}` in its place and `secrets: {token: {ssm: /path}}` beside the headers.",
            ),
          ]
        : [],
    );
    const tooOld =
      spec.proxmox.major === 8
        ? [
            draft(
              "notifications/webhook-needs-8-3",
              at,
              `${name} needs Proxmox VE 8.3 or later on every node.`,
              "Bring the nodes to the latest 8 first, or use `gotify` or `smtp`.",
              { atKey: true },
            ),
          ]
        : [];
    return [...unknown, ...plain, ...tooOld];
  });
}

export const notifications: RuleSet = { subject: "Notifications", codes, check };
