/** How the kernel's own watchdog drivers call themselves, by module. */
export const WATCHDOG_IDENTITIES: Readonly<Record<string, string>> = {
  softdog: "Software Watchdog",
  iTCO_wdt: "iTCO_wdt",
  ipmi_watchdog: "IPMI",
  sp5100_tco: "SP5100 TCO timer",
};
