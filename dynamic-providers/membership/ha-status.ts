/** What `ha-manager status` says of who decides and what runs where. */
export interface HaStatus {
  /** False where it said nothing, which is not the same as having no services. */
  readonly known: boolean;
  readonly master: string | undefined;
  readonly services: readonly {
    readonly sid: string;
    readonly node: string;
    readonly state: string;
  }[];
}

/** Reads its lines; what it does not say is not there. */
export function parseHaStatus(lines: readonly string[]): HaStatus {
  return {
    known: lines.some((line) => line.startsWith("quorum ")),
    master: lines.flatMap((line) => /^master (\S+) \(/.exec(line)?.[1] ?? [])[0],
    services: lines.flatMap((line) => {
      const [, sid, node, state] = /^service (\S+) \(([^,]+), ([^)]+)\)/.exec(line) ?? [];
      return sid === undefined || node === undefined || state === undefined
        ? []
        : [{ sid, node, state }];
    }),
  };
}

/** States in which HA looks for no home of a service. */
const AT_REST = ["stopped", "disabled", "ignored", "error", "deleting"];

/** Services that HA starts elsewhere when this node is lost. */
export function recovered({ services }: Pick<HaStatus, "services">, node: string): string[] {
  return services
    .filter((one) => one.node === node && !AT_REST.includes(one.state))
    .map(({ sid }) => sid);
}
