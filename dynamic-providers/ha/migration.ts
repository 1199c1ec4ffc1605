/** What is left of Proxmox VE 8's groups on 9. */
export interface MigrationFacts {
  /** Groups that Proxmox has not turned into rules yet; until it has, it refuses every rule. */
  readonly groupsPending: boolean;
  readonly rules: readonly string[];
}

export type MigrationStep =
  | { readonly kind: "wait" }
  | { readonly kind: "drop-rule"; readonly rule: string };

const AUTOMATIC = "ha-group-";

/**
 * Proxmox names the rule of a converted group `ha-group-NAME`. The program's own rule NAME says the same, and a
 * guest can follow one node-affinity rule only, so the automatic one makes room.
 */
export function planMigration(
  placements: readonly string[],
  facts: MigrationFacts,
): MigrationStep[] {
  const doubled = facts.rules.filter(
    (rule) => rule.startsWith(AUTOMATIC) && placements.includes(rule.slice(AUTOMATIC.length)),
  );
  return [
    ...(facts.groupsPending ? [{ kind: "wait" } as const] : []),
    ...[...doubled].sort().map((rule) => ({ kind: "drop-rule", rule }) as const),
  ];
}

export function dropScript(rules: readonly string[]): string {
  return ["export LC_ALL=C", ...rules.map((rule) => `ha-manager rules remove ${rule}`)].join("\n");
}
