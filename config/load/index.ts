import type { Draft, Finding, Path } from "../findings/finding.js";
import { pathText } from "../findings/path.js";
import type { CephNames } from "../plan/ceph-names.js";
import { present } from "../plan/present.js";
import { type ConfigValueKind, checkRules, type OtherStack } from "../rules/index.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { withoutAcknowledged } from "./acknowledged.js";
import { type Position, readDocument, type SourceDocument, type TextDraft } from "./document.js";
import { draftOfOdd } from "./odd-drafts.js";
import { parseCluster } from "./parse.js";
import { capped } from "./report-size.js";
import { findSection, isMapping } from "./section.js";

export type { Finding } from "../findings/finding.js";
export type { OtherStack } from "../rules/index.js";

export interface LoadResult {
  /** Present only when no finding is an error. */
  readonly spec: ClusterSpec | undefined;
  readonly findings: readonly Finding[];
  /** How many warnings the file says are known and meant so; they are not among the findings. */
  readonly acknowledged: number;
  /** False when the file is too broken for the cross-field rules, so that more findings may follow. */
  readonly complete: boolean;
}

export interface StackSource {
  /** Name of the file, for messages only. */
  readonly file: string;
  /** Its content; bytes let a wrong encoding be noticed. */
  readonly text: string | Uint8Array;
  /** Other stacks of the project, so that one host is not put into two clusters. */
  readonly others?: readonly OtherStack[];
  /** The day of the check, `2026-12-31`. It decides about ends of support and expired consents. */
  readonly today?: string;
  /** What the last run wanted of Ceph, where its record lies on this machine. */
  readonly recorded?: CephNames;
}

/** Everything wrong with a stack file, and what it describes when nothing is. */
export function loadStack(source: StackSource): LoadResult {
  const { document, drafts } = readDocument(source.text);
  if (document === undefined) {
    return {
      spec: undefined,
      complete: false,
      acknowledged: 0,
      findings: drafts.map((one) => finding(one, one.position)),
    };
  }
  const section = findSection(document.value);
  if (!section.found) {
    const place = document.position(section.draft.path, true);
    const findings = [finding(section.draft, place)];
    return { spec: undefined, complete: false, acknowledged: 0, findings };
  }
  const locate = ({ path, atKey }: Draft): Position | undefined =>
    section.asText
      ? document.position(section.path)
      : document.position([...section.path, ...path], atKey);
  return checked(section.value, locate, {
    others: source.others ?? [],
    configKeys: section.configKeys,
    odd: oddDrafts(document.odd, section.path),
    ...present({ today: source.today, recorded: source.recorded }),
  });
}

/** What is odd within the section; the rest of the file is for others to judge. */
function oddDrafts(odd: SourceDocument["odd"], section: Path): TextDraft[] {
  return odd
    .filter(({ path }) => section.every((segment, index) => path[index] === segment))
    .flatMap((one) => {
      const draft = draftOfOdd(one, one.path.slice(section.length));
      return draft === undefined ? [] : [{ ...draft, position: one.position }];
    });
}

export interface ConfigContext {
  readonly today?: string;
}

/** The same for a value that Pulumi has read from the stack file; there are no lines any more. */
export function specFromConfig(value: unknown, context: ConfigContext = {}): LoadResult {
  return checked(value, () => undefined, { others: [], ...context });
}

/** What other stacks need to know about a file; nothing when it cannot be read. */
export function outlineOf(file: string, text: string | Uint8Array): OtherStack | undefined {
  const { document } = readDocument(text);
  const section = document === undefined ? undefined : findSection(document.value);
  if (section === undefined || !section.found || !isMapping(section.value)) {
    return undefined;
  }
  const { name, base, nodes } = section.value;
  const domain = isMapping(base) ? base.domain : undefined;
  return {
    file,
    cluster: typeof name === "string" ? name : "",
    domain: typeof domain === "string" ? domain : "",
    nodes: isMapping(nodes) ? Object.keys(nodes) : [],
  };
}

interface CheckContext {
  readonly recorded?: CephNames;
  readonly others: readonly OtherStack[];
  readonly configKeys?: ReadonlyMap<string, ConfigValueKind>;
  readonly today?: string;
  /** What the text itself brought up; nothing else is said about the same place. */
  readonly odd?: readonly TextDraft[];
}

function checked(
  value: unknown,
  locate: (draft: Draft) => Position | undefined,
  context: CheckContext,
): LoadResult {
  const parsed = parseCluster(value);
  const odd = context.odd ?? [];
  const said = new Set(odd.map(({ path }) => pathText(path)));
  const drafts = [
    ...parsed.drafts,
    ...(parsed.spec === undefined ? [] : checkRules(parsed.spec, { ...context, written: value })),
  ].filter(({ path }) => !said.has(pathText(path)));
  const whole = context.configKeys !== undefined && odd.length === 0;
  const told = withoutAcknowledged(drafts, parsed.spec?.acknowledged ?? [], whole);
  const findings = [
    ...odd.map((draft) => finding(draft, draft.position)),
    ...told.drafts.map((draft) => finding(draft, locate(draft))),
  ].sort(byPlace);
  const refused = findings.some(({ severity }) => severity === "error");
  return {
    spec: refused ? undefined : parsed.spec,
    complete: parsed.spec !== undefined,
    acknowledged: told.acknowledged,
    findings: capped(findings),
  };
}

function finding(draft: Draft | TextDraft, position: Position | undefined): Finding {
  const { code, severity, what, fix } = draft;
  return { code, severity, path: pathText(draft.path), ...position, what, fix };
}

function byPlace(a: Finding, b: Finding): number {
  const last = ({ code }: Finding) => Number(code === "file/more");
  return last(a) - last(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
