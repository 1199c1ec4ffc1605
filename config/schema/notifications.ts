import { z } from "zod";
import { field } from "./field.js";
import { hostOrIp, secretRef, webAddress } from "./primitives.js";
import { oneLine, severalLines, someLine } from "./text.js";

/** Targets and matchers share one set of names. */
const name = oneLine.regex(/^[A-Za-z][A-Za-z0-9\-_]+$/).max(32);
const comment = field(someLine.optional(), "Shown in the web interface.", "On call");

const mail = z.strictObject({
  to: field(z.array(z.email()).min(1), "Who gets the mails.", ["ops@home.example"]),
  from: field(z.email().optional(), "Sender.", "pve@home.example"),
  comment,
});

const smtp = z.strictObject({
  server: field(hostOrIp, "Mail server.", "mail.home.example"),
  port: field(
    z.int().min(1).max(65535).optional(),
    "Its port; left out, that of the mode: 465 for `tls`, 587 for `starttls`, 25 for `insecure`.",
    465,
  ),
  mode: field(
    z.enum(["tls", "starttls", "insecure"]).default("tls"),
    "Encryption of the connection.",
    "tls",
  ),
  username: field(someLine.optional(), "Account on the mail server.", "pve"),
  password: field(secretRef.optional(), "Its password.", { ssm: "/ms01/notifications/mail" }),
  from: field(z.email(), "Sender.", "pve@home.example"),
  author: field(someLine.optional(), "Name beside the sender's address.", "Proxmox VE"),
  to: field(z.array(z.email()).default([]), "Who gets the mails.", ["ops@home.example"]),
  toUsers: field(
    z.array(oneLine.regex(/^[^@\s]+@[A-Za-z][A-Za-z0-9._-]+$/, "write user@realm")).default([]),
    "Users of Proxmox that get the mails, at the address that they have there.",
    ["root@pam"],
  ),
  comment,
});

const gotify = z.strictObject({
  server: field(webAddress, "Address of the Gotify server.", "https://gotify.home.example"),
  token: field(secretRef, "Token of the application there.", { ssm: "/ms01/notifications/gotify" }),
  comment,
});

const webhook = z.strictObject({
  url: field(
    webAddress,
    "Address that is called. It, the headers and the body may use `{{ title }}`, `{{ message }}`, `{{ severity }}` and `{{ secrets.NAME }}`.",
    "https://chat.home.example/hooks/pve",
  ),
  method: field(z.enum(["post", "put", "get"]).default("post"), "How it is called.", "post"),
  headers: field(
    z.record(oneLine.regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/), someLine).default({}),
    "Headers of the call.",
    { Authorization: "Bearer {{ secrets.token }}" },
  ),
  body: field(severalLines.regex(/\S/).optional(), "Body of the call.", "{{ message }}"),
  secrets: field(
    z.record(oneLine.regex(/^[A-Za-z][A-Za-z0-9_-]*$/), secretRef).default({}),
    "Values that stay secret, by the name under which the texts above use them.",
    { token: { ssm: "/ms01/notifications/chat" } },
  ),
  comment,
});

const matcher = z.strictObject({
  targets: field(z.array(name).min(1), "Targets of this file, or `mail-to-root`.", ["ops"]),
  severities: field(
    z.array(z.enum(["info", "notice", "warning", "error", "unknown"])).default([]),
    "Only notifications of these; all when left out.",
    ["warning", "error"],
  ),
  comment: field(someLine.optional(), "Shown in the web interface.", "Trouble"),
});

export const notifications = z.strictObject({
  mail: field(
    z.record(name, mail).default({}),
    "Targets that send mail through the node's own mail service.",
    { ops: { to: ["ops@home.example"] } },
  ),
  smtp: field(
    z.record(name, smtp).default({}),
    "Targets that send mail through a mail server, without the node's own mail service.",
    {
      relay: { server: "mail.home.example", from: "pve@home.example", to: ["ops@home.example"] },
    },
  ),
  gotify: field(z.record(name, gotify).default({}), "Targets that push through Gotify.", {
    phone: {
      server: "https://gotify.home.example",
      token: { ssm: "/ms01/notifications/gotify" },
    },
  }),
  webhook: field(
    z.record(name, webhook).default({}),
    "Targets that call a web address. On Proxmox VE 8 they need 8.3 or later.",
    { chat: { url: "https://chat.home.example/hooks/pve", body: "{{ message }}" } },
  ),
  matchers: field(
    z.record(name, matcher).default({}),
    "Which notifications go to which targets. Proxmox's own `default-matcher` stays.",
    { trouble: { targets: ["ops"], severities: ["warning", "error"] } },
  ),
});
