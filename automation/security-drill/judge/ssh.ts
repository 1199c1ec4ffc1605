import type { SecondFactor } from "../../../config/plan/second-factor.js";
import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";

const FILE = "/etc/ssh/sshd_config.d/00-proxmox-ha.conf";
const FIX = `\`npx proxmox-ha up <stack>\` writes ${FILE} anew; what stands before it or in /etc/ssh/sshd_config beside it: \`grep -rniE 'passwordauth|kbdinteractive|permitroot' /etc/ssh/sshd_config /etc/ssh/sshd_config.d\`, remove it, \`systemctl reload ssh\``;

/** Duo's PAM module asks by that way of sshd; without it in the file nothing does. */
const takesQuestions = (wanted: SecondFactor | undefined): boolean => wanted === "duo-pam";

/** What the host's own sshd says. */
export function judgeSshd(
  node: string,
  fact: Fact<ReadonlyMap<string, string>>,
  wanted: SecondFactor | undefined,
): readonly SecurityFinding[] {
  const place = { node, at: "sshd" };
  return judged(fact, place, (settings) => {
    const root = settings.get("permitrootlogin") ?? "";
    const wrong = (found: string): SecurityFinding => ({
      ...place,
      severity: "error",
      found,
      fix: FIX,
    });
    return [
      ...(settings.get("passwordauthentication") === "no" ? [] : [wrong("it takes passwords")]),
      ...(settings.get("kbdinteractiveauthentication") === "yes" && !takesQuestions(wanted)
        ? [wrong("it takes passwords by questions (KbdInteractiveAuthentication)")]
        : []),
      ...(settings.get("permitemptypasswords") === "yes"
        ? [wrong("it takes empty passwords")]
        : []),
      ...(["prohibit-password", "without-password"].includes(root)
        ? []
        : [
            wrong(
              `PermitRootLogin is ${root}; the program and members among themselves need root by key, and nothing else`,
            ),
          ]),
    ];
  });
}

/** What it offers to somebody who comes from here. */
export function judgeOffers(
  node: string,
  port: number,
  fact: Fact<readonly string[]>,
  wanted: SecondFactor | undefined,
): readonly SecurityFinding[] {
  const place = { node, at: `ssh from here, tcp ${port}` };
  return judged(fact, place, (ways) => {
    const bad = ways.filter(
      (way) =>
        ["none", "password"].includes(way) ||
        (way === "keyboard-interactive" && !takesQuestions(wanted)),
    );
    return bad.length === 0
      ? []
      : [{ ...place, severity: "error", found: `root is offered: ${bad.join(", ")}`, fix: FIX }];
  });
}
