import type { ClusterSpec } from "../schema/cluster.js";
import type { SecretRef } from "../schema/primitives.js";
import { type Keys, namedKeys } from "./keys.js";

export interface NotificationPlan {
  readonly kind: "target" | "matcher";
  readonly name: string;
  /** Where the API keeps things of its kind. */
  readonly at: string;
  readonly keys: Keys;
}

/** A target with secrets, or with texts that Proxmox keeps encoded. */
export interface SecretTargetPlan {
  readonly type: "smtp" | "gotify" | "webhook";
  readonly name: string;
  readonly keys: Keys;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: string;
  /** By Proxmox's own key, or by the name that the texts of a webhook use. */
  readonly secrets: Readonly<Record<string, SecretRef>>;
}

const NOTIFICATIONS = "/cluster/notifications";

/** Targets without secrets, then the matchers, which name targets of all kinds. */
export function planNotifications({ datacenter }: ClusterSpec): NotificationPlan[] {
  const { mail, matchers } = datacenter.notifications;
  return [
    ...Object.entries(mail).map(
      ([name, { to, from, comment }]): NotificationPlan => ({
        kind: "target",
        name,
        at: `${NOTIFICATIONS}/endpoints/sendmail`,
        keys: namedKeys({ mailto: to, "from-address": from, comment }),
      }),
    ),
    ...Object.entries(matchers).map(
      ([name, { targets, severities, comment }]): NotificationPlan => ({
        kind: "matcher",
        name,
        at: `${NOTIFICATIONS}/matchers`,
        keys: namedKeys({
          target: targets,
          "match-severity": severities.length === 0 ? undefined : [severities.join(",")],
          comment,
        }),
      }),
    ),
  ];
}

export function planSecretTargets({ datacenter }: ClusterSpec): SecretTargetPlan[] {
  const { smtp, gotify, webhook } = datacenter.notifications;
  return [
    ...Object.entries(smtp).map(
      ([name, target]): SecretTargetPlan => ({
        type: "smtp",
        name,
        keys: namedKeys({
          server: target.server,
          port: target.port === undefined ? undefined : String(target.port),
          mode: target.mode,
          username: target.username,
          "from-address": target.from,
          author: target.author,
          mailto: target.to.length === 0 ? undefined : target.to,
          "mailto-user": target.toUsers.length === 0 ? undefined : target.toUsers,
          comment: target.comment,
        }),
        headers: [],
        secrets: target.password === undefined ? {} : { password: target.password },
      }),
    ),
    ...Object.entries(gotify).map(
      ([name, { server, token, comment }]): SecretTargetPlan => ({
        type: "gotify",
        name,
        keys: namedKeys({ server, comment }),
        headers: [],
        secrets: { token },
      }),
    ),
    ...Object.entries(webhook).map(
      ([name, { url, method, headers, body, secrets, comment }]): SecretTargetPlan => ({
        type: "webhook",
        name,
        keys: namedKeys({ url, method, comment }),
        headers: Object.entries(headers).map(([header, value]) => ({ name: header, value })),
        ...(body === undefined ? {} : { body }),
        secrets,
      }),
    ),
  ];
}
